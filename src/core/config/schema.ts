import * as v from 'valibot'
import { OfficeHours } from '../alerts/config.ts'
import { DEFAULT_OUTPUT } from '../conventions.ts'
import { Probe } from './probe.ts'
import { Service } from './service.ts'
import { StackSettings } from './stack.ts'
import { Folder, oneLine, ServiceName, Setting, Url } from './values.ts'

export const ConfigSchema = v.strictObject({
  version: v.literal(1, 'must be 1'),
  project: v.pipe(
    v.string(),
    v.regex(
      /^[a-z0-9][a-z0-9_-]{0,62}$/,
      'must be a Compose project name: lower-case letters, digits, "-" and "_"',
    ),
  ),
  output: v.optional(Folder, DEFAULT_OUTPUT),
  attach: v.optional(v.picklist(['include', 'external', 'host']), 'include'),
  compose: v.optional(
    v.pipe(oneLine, v.regex(/^(?!\/)(?!.*\.\.)[^"'\\{}]+$/, 'must be a path inside the repo')),
  ),
  metrics: v.optional(v.picklist(['lean', 'full']), 'lean'),
  runbooks: v.optional(Url),
  stack: v.optional(StackSettings, {}),
  services: v.optional(v.record(ServiceName, Service), {}),
  probes: v.optional(v.record(ServiceName, Probe), {}),
  ignore: v.optional(v.array(ServiceName), []),
  alerts: v.optional(
    v.strictObject({
      /** What evaluates and sends alerts. */
      engine: v.optional(v.picklist(['alertmanager', 'grafana']), 'alertmanager'),
      receivers: v.optional(v.array(v.record(v.string(), v.record(v.string(), Setting))), []),
      officeHours: v.optional(OfficeHours),
      deadManSwitch: v.optional(v.strictObject({ urlFile: ServiceName })),
    }),
    {},
  ),
})

export type Config = v.InferOutput<typeof ConfigSchema>
export type ServiceConfig = Config['services'][string]
export type ProbeConfig = Config['probes'][string]
