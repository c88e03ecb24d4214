import * as v from 'valibot'
import { OfficeHours } from '../alerts/config.ts'
import { DEFAULT_OUTPUT } from '../conventions.ts'
import { RequestRow, Selector } from '../requests/row.ts'

const oneLine = v.pipe(
  v.string(),
  v.check(
    value => ![...value].some(char => char < ' ' || char === '\x7f'),
    'must be one line without control characters',
  ),
  v.maxLength(300, 'must have at most 300 characters'),
)

/** Compose's own rule for service names, and short enough for a file name and a host name. */
export const ServiceName = v.pipe(
  v.string(),
  v.regex(
    /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/,
    'must be letters, digits, "-", "_" or ".", start with a letter or digit, and have at most 63 characters',
  ),
)
const networkName = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, 'is not a Compose network name'),
)

const Port = v.pipe(
  v.number('must be a number'),
  v.integer('must be a whole number'),
  v.minValue(1, 'must be between 1 and 65535'),
  v.maxValue(65535, 'must be between 1 and 65535'),
)
const Duration = v.pipe(
  v.string(),
  v.regex(/^([1-9][0-9]*(ms|s|m|h|d|w|y))+$/, 'must be a duration such as 15s, 12h or 30d'),
)
const ScrapeInterval = v.pipe(
  Duration,
  v.check(
    value => seconds(value) >= 1 && seconds(value) <= 120,
    'must be between 1s and 120s: rates need four samples in five minutes',
  ),
)
const Size = v.pipe(v.string(), v.regex(/^[1-9][0-9]*(KB|MB|GB|TB)$/, 'must be a size such as 512MB or 10GB'))
const Memory = v.pipe(v.string(), v.regex(/^[1-9][0-9]*[mg]$/, 'must be a size such as 512m or 2g'))
const Url = v.pipe(oneLine, v.regex(/^https?:\/\/[^\s"'<>{}\\]+$/, 'must be an http or https URL'))

/** `db:5432`, `db`, `10.0.0.5:5432`. */
const Address = v.pipe(
  v.string('must be host:port'),
  v.regex(
    /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?(:[0-9]{1,5})?$/,
    'must be host:port, for example db:5432',
  ),
  v.check(value => {
    const port = value.split(':')[1]
    return port === undefined || (Number(port) >= 1 && Number(port) <= 65535)
  }, 'has a port that is not between 1 and 65535'),
)
const MetricsPath = v.pipe(oneLine, v.regex(/^\/[^\s#"'{}\\]*$/, 'must be a path that starts with "/"'))

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

const Setting = v.union([oneLine, v.number(), v.boolean(), v.array(oneLine)])

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

/** Unknown keys of a service are checked against the settings of its kind, where they are known. */
const Service = v.objectWithRest(
  {
    kind: v.pipe(oneLine, v.nonEmpty()),
    address: Address,
    metricsPath: v.optional(MetricsPath),
    metricsPort: v.optional(Port),
    library: v.optional(v.pipe(oneLine, v.nonEmpty('must not be empty'))),
    map: v.optional(RequestRow),
    counters: v.optional(v.array(Counter)),
    slo: v.optional(Slo),
    networks: v.optional(v.array(networkName)),
    replicas: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000))),
    container: v.optional(v.union([ServiceName, v.literal(false)])),
    credentials: v.optional(Credentials, {}),
    owner: v.optional(ServiceName),
  },
  Setting,
)

/** `10.0.0.1`, `router`, `1.1.1.1:53`: what it means depends on the way of looking. */
const ProbeTarget = v.pipe(
  oneLine,
  v.regex(/^[A-Za-z0-9]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?(:[0-9]{1,5})?$/, 'must be a host or host:port'),
)

/** Something to look at from outside. Which keys go together is checked in core/probes.ts. */
const Probe = v.strictObject({
  http: v.optional(Url),
  tcp: v.optional(Address),
  icmp: v.optional(ProbeTarget),
  dns: v.optional(ProbeTarget),
  grpc: v.optional(Address),
  status: v.optional(v.array(v.pipe(v.number(), v.integer(), v.minValue(100), v.maxValue(599)))),
  contains: v.optional(v.pipe(oneLine, v.nonEmpty('must not be empty'))),
  tls: v.optional(v.boolean()),
  verify: v.optional(v.boolean()),
  query: v.optional(ProbeTarget),
  type: v.optional(v.picklist(['A', 'AAAA', 'CAA', 'CNAME', 'MX', 'NS', 'SOA', 'SRV', 'TXT'])),
  service: v.optional(oneLine),
  networks: v.optional(v.array(networkName)),
})

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

const StackSettings = v.strictObject({
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
  cadvisor: v.optional(v.strictObject({ port: v.optional(Port), memory: v.optional(Memory) }), {}),
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

export const ConfigSchema = v.strictObject({
  version: v.literal(1, 'must be 1'),
  project: v.pipe(
    v.string(),
    v.regex(
      /^[a-z0-9][a-z0-9_-]{0,62}$/,
      'must be a Compose project name: lower-case letters, digits, "-" and "_"',
    ),
  ),
  output: v.optional(
    v.pipe(
      oneLine,
      v.regex(
        /^[A-Za-z0-9_][A-Za-z0-9_.-]*(\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/,
        'must be a folder inside the repo, for example monitoring',
      ),
    ),
    DEFAULT_OUTPUT,
  ),
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

/** Seconds of a Prometheus duration such as `1m30s`. */
export function seconds(duration: string): number {
  const unit: Readonly<Record<string, number>> = {
    ms: 0.001,
    s: 1,
    m: 60,
    h: 3600,
    d: 86400,
    w: 604800,
    y: 31536000,
  }
  let total = 0
  for (const [, count, name] of duration.matchAll(/(\d+)(ms|[smhdwy])/g))
    total += Number(count) * (unit[name ?? 's'] ?? 0)
  return total
}
