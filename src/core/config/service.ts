import * as v from 'valibot'
import { RequestRow } from '../requests/row.ts'
import { Selector } from '../requests/selector.ts'
import { Address, MetricsPath, networkName, oneLine, Port, ServiceName, Setting } from './values.ts'

/** A secret is never written here, only where it is. */
const SecretReference = v.pipe(
  oneLine,
  v.regex(
    /^(secret:[A-Za-z0-9][A-Za-z0-9_.-]*|env:[A-Za-z_][A-Za-z0-9_]*|file:[A-Za-z0-9][A-Za-z0-9_.-]*)$/,
    'must say where the password is, never the password: secret:NAME (a Compose secret), env:NAME or file:NAME (in the secrets folder)',
  ),
)

const Credentials = v.strictObject({
  user: v.optional(v.pipe(oneLine, v.regex(/^[^\s:/@?#]*$/, 'must not contain spaces or any of :/@?#'))),
  password: v.optional(SecretReference),
  database: v.optional(v.pipe(oneLine, v.regex(/^[^\s:/@?#]*$/, 'must not contain spaces or any of :/@?#'))),
})

/** A number of the business on the dashboard of the applications: its total and its rate. */
const Counter = v.strictObject({
  metric: Selector,
  title: v.pipe(oneLine, v.nonEmpty('must not be empty'), v.maxLength(60, 'must have at most 60 characters')),
})
const Target = v.pipe(
  v.number('must be a percentage below 100, for example 99.9'),
  v.minValue(50, 'must be at least 50 percent'),
  v.maxValue(99.999, 'must be below 100: an objective without an error budget burns at the first error'),
)
const Slo = v.pipe(
  v.strictObject({
    availability: v.optional(Target),
    latency: v.optional(
      v.strictObject({
        threshold: v.pipe(
          v.number('must be a number of seconds, for example 0.3'),
          v.gtValue(0, 'must be above 0 seconds'),
        ),
        target: Target,
      }),
    ),
    window: v.optional(v.picklist(['7d', '14d', '28d', '30d'], 'must be 7d, 14d, 28d or 30d'), '30d'),
  }),
  v.check(
    slo => slo.availability !== undefined || slo.latency !== undefined,
    'must have availability, latency or both',
  ),
)

/** From when on the alerts of one application fire. */
const Thresholds = v.strictObject({
  errors: v.optional(
    v.pipe(
      v.number('must be the percentage of requests that may fail, for example 5'),
      v.gtValue(0, 'must be above 0 percent'),
      v.ltValue(100, 'must be below 100 percent'),
    ),
  ),
  latency: v.optional(
    v.pipe(v.number('must be a number of seconds, for example 2.5'), v.gtValue(0, 'must be above 0 seconds')),
  ),
})

/** Unknown keys of a service are checked against the settings of its kind, where they are known. */
export const Service = v.objectWithRest(
  {
    kind: v.pipe(oneLine, v.nonEmpty()),
    address: Address,
    metricsPath: v.optional(MetricsPath),
    metricsPort: v.optional(Port),
    metricsTls: v.optional(
      v.union([v.boolean(), v.literal('unverified')], 'must be true, or unverified to take any certificate'),
      false,
    ),
    library: v.optional(v.pipe(oneLine, v.nonEmpty('must not be empty'))),
    map: v.optional(RequestRow),
    counters: v.optional(v.array(Counter)),
    slo: v.optional(Slo),
    thresholds: v.optional(Thresholds),
    networks: v.optional(v.array(networkName)),
    replicas: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000))),
    container: v.optional(v.union([ServiceName, v.literal(false)])),
    credentials: v.optional(Credentials, {}),
    owner: v.optional(ServiceName),
  },
  Setting,
)
