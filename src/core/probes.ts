import type { ParsedConfig } from './config/parse.ts'
import type { ProbeConfig } from './config/schema.ts'
import { HOST_GATEWAY } from './conventions.ts'
import { UserError } from './errors.ts'
import { PROBE_PART } from './modules/registry.ts'
import type { Probe } from './stack.ts'

/** The ways to look at something, and the keys that each of them knows besides `networks`. */
const WAYS = {
  http: ['status', 'contains', 'verify'],
  tcp: ['tls', 'verify'],
  icmp: [],
  dns: ['query', 'type'],
  grpc: ['tls', 'verify', 'service'],
} as const
type Way = keyof typeof WAYS
const ways: readonly Way[] = ['http', 'tcp', 'icmp', 'dns', 'grpc']

/** Docker gives containers IPv4 unless asked otherwise, and the exporter would try IPv6 first. */
const IPV4 = { preferred_ip_protocol: 'ip4' } as const

/**
 * What `probes:` of vigie.yaml lists, as modules of the blackbox exporter.
 * @throws UserError with the place of a probe that says no way, two ways, or a key that its way does not know
 */
export function resolveProbes(parsed: ParsedConfig): Probe[] {
  return Object.entries(parsed.config.probes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, probe]) => {
      const way = wayOf(name, probe, parsed)
      refuseForeignKeys(name, probe, way, parsed)
      const target = reached(probe[way] ?? '', parsed)
      const host = hostOf(target)
      const inside = parsed.config.attach !== 'host' && !/[.:]/.test(host) && host !== 'localhost'
      return {
        name,
        target,
        networks: probe.networks ?? (inside ? ['default'] : []),
        prober: { prober: way, timeout: '8s', [way]: settings(way, probe) },
      }
    })
}

function wayOf(name: string, probe: ProbeConfig, parsed: ParsedConfig): Way {
  if (name.toLowerCase() === PROBE_PART)
    throw new UserError(`The name "${name}" is taken by the exporter that runs the probes.`, {
      at: parsed.place(['probes', name]),
      hint: 'Choose another name; it says in alerts and panels what was looked at.',
    })
  const given = ways.filter(way => probe[way] !== undefined)
  const [way] = given
  if (way && given.length === 1) return way
  throw new UserError(
    given.length === 0
      ? `Probe "${name}" does not say what to look at.`
      : `Probe "${name}" looks at more than one thing: ${given.join(' and ')}.`,
    {
      at: parsed.place(['probes', name]),
      hint: `Give it one of ${ways.join(', ')}, for example  ${name}: { http: "https://example.com/" }`,
    },
  )
}

function refuseForeignKeys(name: string, probe: ProbeConfig, way: Way, parsed: ParsedConfig): void {
  const known: readonly string[] = [way, 'networks', ...WAYS[way]]
  const [foreign] = Object.keys(probe).filter(key => !known.includes(key))
  if (foreign !== undefined)
    throw new UserError(`Probe "${name}": "${foreign}" has no meaning with ${way}.`, {
      at: parsed.place(['probes', name, foreign]),
      hint: `With ${way} there can be: ${[...WAYS[way], 'networks'].join(', ')}.`,
    })
  if (way === 'dns' && probe.query === undefined)
    throw new UserError(`Probe "${name}" does not say which name to ask for.`, {
      at: parsed.place(['probes', name]),
      hint: `For example  ${name}: { dns: "1.1.1.1", query: example.com }`,
    })
}

/** What goes below the prober's name in the exporter's configuration. */
function settings(way: Way, probe: ProbeConfig): Record<string, unknown> {
  const tls = probe.verify === false ? { tls_config: { insecure_skip_verify: true } } : {}
  const encrypted = probe.tls === true ? { tls: true } : {}
  if (way === 'http')
    return {
      ...IPV4,
      ...(probe.status ? { valid_status_codes: probe.status } : {}),
      ...(probe.contains === undefined
        ? {}
        : { fail_if_body_not_matches_regexp: [literally(probe.contains)] }),
      ...tls,
    }
  if (way === 'dns') return { ...IPV4, query_name: probe.query, query_type: probe.type ?? 'A' }
  if (way === 'grpc')
    return { ...IPV4, ...(probe.service ? { service: probe.service } : {}), ...encrypted, ...tls }
  return { ...IPV4, ...encrypted, ...tls }
}

/** With `attach: host` what listens on this machine is reached through the gateway. */
function reached(target: string, parsed: ParsedConfig): string {
  if (parsed.config.attach !== 'host') return target
  return target.replace(/^(https?:\/\/)?(localhost|127\.0\.0\.1)(?=[:/]|$)/, `$1${HOST_GATEWAY}`)
}

const hostOf = (target: string): string => target.replace(/^https?:\/\//, '').replace(/[:/?#].*$/, '')

/** A text as a regular expression that matches it and nothing else. */
const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
