import * as v from 'valibot'
import { Duration, ScrapeInterval } from './duration.ts'
import { Memory, Port, Size, Url } from './values.ts'

const Published = v.strictObject({ port: v.optional(Port), url: v.optional(Url), memory: v.optional(Memory) })

function isAddress(value: string): boolean {
  const [, host = '', port] = /^((?:\d{1,3}\.){3}\d{1,3}):(\d{1,5})$/.exec(value) ?? []
  return host.split('.').every(part => Number(part) <= 255) && Number(port) >= 1 && Number(port) <= 65535
}

/** Where the traces are that exemplars lead to, as Grafana reaches it. */
const Traces = v.strictObject({
  url: Url,
  type: v.optional(v.picklist(['tempo', 'jaeger'], 'must be tempo or jaeger'), 'tempo'),
})

export const StackSettings = v.strictObject({
  prometheus: v.optional(
    v.strictObject({
      ...Published.entries,
      scrapeInterval: v.optional(ScrapeInterval, '15s'),
      retention: v.optional(Duration),
      retentionSize: v.optional(Size, '10GB'),
    }),
    {},
  ),
  alertmanager: v.optional(Published, {}),
  grafana: v.optional(v.strictObject({ ...Published.entries, traces: v.optional(Traces) }), {}),
  cadvisor: v.optional(
    v.strictObject({
      enabled: v.optional(v.boolean(), true),
      port: v.optional(Port),
      memory: v.optional(Memory),
    }),
    {},
  ),
  nodeExporter: v.optional(
    v.strictObject({
      mode: v.optional(v.picklist(['host', 'desktop']), 'host'),
      listen: v.optional(
        v.pipe(
          v.string(),
          v.check(isAddress, 'must be the bridge gateway and a port, for example 172.17.0.1:9100'),
          v.check(
            value => !value.startsWith('0.0.0.0'),
            'must not be 0.0.0.0: node_exporter would be open to the world',
          ),
        ),
        '172.17.0.1:9100',
      ),
    }),
    {},
  ),
})
