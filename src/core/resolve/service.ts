import type { ParsedConfig } from '../config/parse.ts'
import type { ServiceConfig } from '../config/schema.ts'
import { exporterName, HOST_GATEWAY } from '../conventions.ts'
import { SEE_REFERENCE, UserError } from '../errors.ts'
import type { Module } from '../modules/module.ts'
import type { Registry } from '../modules/registry.ts'
import { chooseNaming } from '../requests/choose.ts'
import type { Exporter, Target } from '../stack.ts'
import { closest } from '../suggest.ts'
import { login, refuseForeignSecret, refuseUnreadablePassword } from './login.ts'

const COMMON_KEYS = [
  ...[
    'kind',
    'address',
    'metricsPath',
    'metricsPort',
    'metricsTls',
    'networks',
    'replicas',
    'container',
    'credentials',
  ],
  ...['library', 'map', 'counters', 'slo', 'thresholds', 'owner'],
]

/** A service of vigie.yaml as a target, defaults filled in. @throws UserError with the place in vigie.yaml */
export function serviceTarget(
  name: string,
  service: ServiceConfig,
  parsed: ParsedConfig,
  registry: Registry,
): Target {
  const module = moduleOf(name, service, parsed, registry)
  const { config } = parsed
  const [givenHost = '', givenPort] = service.address.split(':')
  refuseForeignSecret(name, service, parsed)
  refuseUnreadablePassword(name, service, module, parsed)
  const host = config.attach === 'host' && isLocal(givenHost) ? HOST_GATEWAY : givenHost
  const port = Number(givenPort ?? module.manifest.port)
  if (!port)
    throw new UserError(`Service "${name}" needs a port in its address, for example ${givenHost}:8080.`, {
      at: parsed.place(['services', name, 'address']),
      hint: `its kind has no usual port: write  address: "${givenHost}:PORT"`,
    })
  const { exporter: spec, native } = module.manifest.endpoint
  const exporter = exporterOf(name, service, module, parsed)
  refuseOtherTls(name, service, module, parsed)
  const settings = settingsOf(name, service, module, parsed)
  const inside = config.attach !== 'host' && !host.includes('.') && host !== 'localhost'
  return {
    name,
    module,
    isStackPart: false,
    host,
    port,
    address: `${host}:${port}`,
    scrapeAddress: exporter
      ? `${exporter.name}:${exporter.port}`
      : `${host}:${service.metricsPort ?? native?.port ?? port}`,
    metricsPath: service.metricsPath ?? spec?.path ?? native?.path ?? '/metrics',
    metricsTls: service.metricsTls,
    replicas: service.replicas ?? 1,
    networks: inside ? [...(service.networks ?? ['default'])].sort() : [],
    container: service.container === false ? undefined : (service.container ?? (inside ? host : undefined)),
    exporter,
    ...login(service, module),
    settings,
    ...chooseNaming(name, service, module, settings, registry, parsed),
    counters: service.counters ?? [],
    slo: service.slo,
    thresholds: service.thresholds,
    owner: service.owner,
  }
}

/** What is scraped in another way speaks TLS in another way, or not at all. */
function refuseOtherTls(
  name: string,
  service: ServiceConfig,
  { manifest, content }: Module,
  parsed: ParsedConfig,
): void {
  const own = manifest.endpoint.exporter !== undefined || content.scrape !== undefined
  if (service.metricsTls === false || !own) return
  throw new UserError(`Service "${name}": the metrics of ${manifest.title} are not read over TLS.`, {
    at: parsed.place(['services', name, 'metricsTls']),
    hint: 'delete "metricsTls" there',
  })
}

const isLocal = (host: string): boolean => host === 'localhost' || host === '127.0.0.1'

/** @throws UserError when one exporter would have to watch several replicas */
function exporterOf(
  name: string,
  service: ServiceConfig,
  { manifest }: Module,
  parsed: ParsedConfig,
): Exporter | undefined {
  const spec = manifest.endpoint.exporter
  if (!spec) return undefined
  const replicas = service.replicas ?? 1
  if (replicas > 1)
    throw new UserError(`Service "${name}": an exporter watches one ${manifest.title}, not ${replicas}.`, {
      at: parsed.place(['services', name, 'replicas']),
      hint: 'Give each replica its own entry and address.',
    })
  return { name: exporterName(name), image: spec.image, port: spec.port, memory: spec.memory }
}

function moduleOf(name: string, service: ServiceConfig, parsed: ParsedConfig, registry: Registry): Module {
  try {
    return registry.kind(service.kind)
  } catch (error) {
    if (!(error instanceof UserError) || error.at !== undefined) throw error
    throw new UserError(error.message, { at: parsed.place(['services', name, 'kind']), hint: error.hint })
  }
}

function settingsOf(
  name: string,
  service: ServiceConfig,
  module: Module,
  parsed: ParsedConfig,
): Record<string, unknown> {
  const specs = module.manifest.settings
  const given = Object.entries(service).filter(([key]) => !COMMON_KEYS.includes(key))
  for (const [key, value] of given) {
    const at = parsed.place(['services', name, key])
    const spec = specs[key]
    if (!spec) {
      const near = closest(key, [...COMMON_KEYS, ...Object.keys(specs)])
      throw new UserError(
        `Service "${name}" (${module.id}) has no key "${key}"${near ? ` — did you mean "${near}"?` : '.'}`,
        { at, hint: `${module.id} has: ${[...COMMON_KEYS, ...Object.keys(specs)].join(', ')}` },
      )
    }
    const type = Array.isArray(value) ? 'list' : typeof value
    if (type !== spec.type)
      throw new UserError(`"${key}" must be a ${spec.type}, not a ${type}.`, { at, hint: SEE_REFERENCE })
  }
  const defaults = Object.entries(specs).map(([key, spec]) => [key, spec.default] as const)
  return Object.fromEntries([...defaults, ...given])
}
