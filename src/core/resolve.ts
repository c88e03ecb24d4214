import type { ReceiverTypes } from './alerts/receiver-type.ts'
import { type Receiver, resolveReceivers } from './alerts/receivers.ts'
import type { ParsedConfig } from './config/parse.ts'
import { type Config, type ServiceConfig, seconds } from './config/schema.ts'
import { exporterName, HOST_GATEWAY, OWN_PREFIX, SECRETS_MOUNT } from './conventions.ts'
import { SEE_REFERENCE, UserError } from './errors.ts'
import type { Module } from './modules/module.ts'
import { PROBE_PART, type Registry, STACK_PARTS, stackParts } from './modules/registry.ts'
import { resolveProbes } from './probes.ts'
import { chooseRow } from './requests/choose.ts'
import type { Exporter, PasswordSource, Probe, SecretFile, Stack, Target } from './stack.ts'
import { closest } from './suggest.ts'

/** Where the parts of the stack are published, on loopback. */
export const DEFAULT_PORTS = { grafana: 3000, prometheus: 9090, alertmanager: 9093, cadvisor: 8081 } as const
const DEFAULT_RETENTION = '15d'
const COMMON_KEYS = [
  ...['kind', 'address', 'metricsPath', 'metricsPort', 'networks', 'replicas', 'container', 'credentials'],
  ...['library', 'map', 'counters', 'slo', 'owner'],
]

/**
 * From vigie.yaml to the complete stack: modules looked up, defaults filled in, names and ports held against each other.
 * @throws UserError with the place in vigie.yaml of the first thing that does not fit
 */
export function resolveStack(parsed: ParsedConfig, registry: Registry, types: ReceiverTypes): Stack {
  const { config } = parsed
  const receivers = resolveReceivers(parsed, types)
  const services = Object.entries(config.services)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, service]) => serviceTarget(name, service, parsed, registry))
  const probes = resolveProbes(parsed)
  const always = stackParts(config.alerts.engine)
  const partIds = probes.length === 0 ? always : [...always, PROBE_PART]
  const parts = partIds.map(id => partTarget(registry.get(id), config, probes))
  refuseTakenNames(partIds, services, parsed)
  refuseStrangeOwners(services, receivers, parsed)
  const ports = publishedPorts(parsed)
  const targets = [...parts, ...services]
  const modules = [...new Set(targets.map(target => target.module))]
  return {
    config,
    targets,
    probes,
    modules,
    receivers,
    retention: retentionOf(parsed),
    secrets: secretFiles(
      config,
      receivers.flatMap(one => one.secrets.map(secret => secret.file)),
    ),
    appNetworks: [...new Set([...services, ...probes].flatMap(one => one.networks))].sort(),
    ports,
  }
}

function serviceTarget(
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
    replicas: service.replicas ?? 1,
    networks: inside ? [...(service.networks ?? ['default'])].sort() : [],
    container: service.container === false ? undefined : (service.container ?? (inside ? host : undefined)),
    exporter,
    ...login(service, module),
    settings,
    requests: chooseRow(name, service, module, settings, registry, parsed),
    counters: service.counters ?? [],
    slo: service.slo,
    owner: service.owner,
  }
}

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
  const parts: readonly string[] = STACK_PARTS
  const at = parsed.place(['services', name, 'kind'])
  if (parts.includes(service.kind))
    throw new UserError(`Service "${name}": ${service.kind} is part of every stack and needs no entry.`, {
      at,
      hint: `delete the service; settings of ${service.kind} stand below  stack:`,
    })
  if (service.kind === PROBE_PART)
    throw new UserError(
      `Service "${name}": ${PROBE_PART} looks at what \`probes:\` lists, and is no service.`,
      {
        at,
        hint: `Write  probes: { ${name}: { http: "https://example.com/" } }`,
      },
    )
  try {
    return registry.get(service.kind)
  } catch (error) {
    if (error instanceof UserError && error.at === undefined)
      throw new UserError(error.message, { at, hint: error.hint })
    throw error
  }
}

function login(service: ServiceConfig, module: Module): Pick<Target, 'user' | 'database' | 'password'> {
  const spec = module.manifest.credentials
  const user = service.credentials.user ?? spec.user?.default
  const database =
    service.credentials.database ??
    spec.database?.default ??
    (spec.database?.sameAs === 'user' ? user : undefined)
  return { user, database, password: passwordSource(service.credentials.password) }
}

/** Prometheus reads passwords from files only, and a few exporters from variables only. */
function refuseUnreadablePassword(
  name: string,
  service: ServiceConfig,
  module: Module,
  parsed: ParsedConfig,
): void {
  const { password } = service.credentials
  const at = parsed.place(['services', name, 'credentials', 'password'])
  const { credentials, endpoint, title } = module.manifest
  if (credentials.password?.from === 'variable' && password !== undefined && !password.startsWith('env:'))
    throw new UserError(`Service "${name}": the exporter of ${title} reads no password from a file.`, {
      at,
      hint: `Use  password: env:NAME  and set the variable NAME where you start the stack, for example in .env.`,
    })
  if (endpoint.exporter || !password?.startsWith('env:')) return
  throw new UserError(`Service "${name}": Prometheus reads no password from a variable.`, {
    at,
    hint: `Use  password: file:${name}_password  and put it into ${parsed.config.output}/secrets/${name}_password.`,
  })
}

/** A Compose secret is only in reach of what is in the same project. */
function refuseForeignSecret(name: string, service: ServiceConfig, parsed: ParsedConfig): void {
  if (parsed.config.attach === 'include' || !service.credentials.password?.startsWith('secret:')) return
  throw new UserError(
    `Service "${name}": a secret of the app's Compose project is out of reach with attach: ${parsed.config.attach}.`,
    {
      at: parsed.place(['services', name, 'credentials', 'password']),
      hint: `Use  password: file:${name}_password  and put the password into ${parsed.config.output}/secrets/${name}_password.`,
    },
  )
}

function passwordSource(reference: string | undefined): PasswordSource | undefined {
  if (reference === undefined) return undefined
  const [form, name = ''] = reference.split(':')
  if (form === 'env') return { file: undefined, env: name }
  return { file: `${SECRETS_MOUNT}/${form === 'file' ? OWN_PREFIX : ''}${name}`, env: undefined }
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

function partTarget(module: Module, config: Config, probes: readonly Probe[]): Target {
  const port = module.manifest.port ?? 80
  const onHost = module.id === 'node-exporter' && config.stack.nodeExporter.mode === 'host'
  const listenPort = config.stack.nodeExporter.listen.split(':')[1] ?? '9100'
  return {
    name: module.id,
    module,
    isStackPart: true,
    host: module.id,
    port,
    address: `${module.id}:${port}`,
    scrapeAddress: onHost ? `${HOST_GATEWAY}:${listenPort}` : `${module.id}:${port}`,
    metricsPath: module.manifest.endpoint.native?.path ?? '/metrics',
    replicas: 1,
    networks: module.id === PROBE_PART ? [...new Set(probes.flatMap(probe => probe.networks))].sort() : [],
    container: module.id,
    exporter: undefined,
    user: undefined,
    database: undefined,
    password: undefined,
    settings: {},
    requests: undefined,
    counters: [],
    slo: undefined,
    owner: undefined,
  }
}

/** Names become Compose services, scrape jobs and files: each may stand once. */
function refuseTakenNames(
  partIds: readonly string[],
  services: readonly Target[],
  parsed: ParsedConfig,
): void {
  const taken = new Map<string, string>(partIds.map(id => [id, 'a part of the stack']))
  for (const target of services) {
    for (const name of [target.name, ...(target.exporter ? [target.exporter.name] : [])]) {
      const owner = taken.get(name.toLowerCase())
      if (owner)
        throw new UserError(`The name "${name}" is taken by ${owner}.`, {
          at: parsed.place(['services', target.name]),
          hint: 'Choose another name for the service; its address stays as it is.',
        })
      taken.set(name.toLowerCase(), `service "${target.name}"`)
    }
  }
}

/** An owner without a receiver would be a team that nobody tells. */
function refuseStrangeOwners(
  services: readonly Target[],
  receivers: readonly Receiver[],
  parsed: ParsedConfig,
): void {
  const teams = [...new Set(receivers.flatMap(one => (one.team === undefined ? [] : [one.team])))]
  for (const { name, owner } of services) {
    if (owner === undefined || teams.includes(owner)) continue
    const near = closest(owner, teams)
    throw new UserError(
      `No receiver belongs to the team "${owner}"${near ? ` — did you mean "${near}"?` : '.'}`,
      {
        at: parsed.place(['services', name, 'owner']),
        hint: `Give a receiver the team, for example  - slack: { team: ${owner}, channel: "#${owner}" }.`,
      },
    )
  }
}

function publishedPorts(parsed: ParsedConfig): Stack['ports'] {
  const { stack } = parsed.config
  const ports = {
    grafana: stack.grafana.port ?? DEFAULT_PORTS.grafana,
    prometheus: stack.prometheus.port ?? DEFAULT_PORTS.prometheus,
    alertmanager: stack.alertmanager.port ?? DEFAULT_PORTS.alertmanager,
    cadvisor: stack.cadvisor.port ?? DEFAULT_PORTS.cadvisor,
  }
  const owners = new Map<number, string>()
  for (const [part, port] of Object.entries(ports)) {
    const owner = owners.get(port)
    if (owner)
      throw new UserError(`Port ${port} is given to both ${owner} and ${part}.`, {
        at: parsed.place(['stack', part, 'port']),
        hint: `give one of them another:  stack: { ${part}: { port: ${port + 1} } }`,
      })
    owners.set(port, part)
  }
  return ports
}

/** @throws UserError when vigie.yaml keeps samples for a shorter time than an objective looks back */
function retentionOf(parsed: ParsedConfig): string {
  const { services, stack } = parsed.config
  const given = stack.prometheus.retention
  const [longest] = Object.entries(services)
    .flatMap(([name, { slo }]) => (slo ? [{ name, window: slo.window }] : []))
    .sort((a, b) => seconds(b.window) - seconds(a.window))
  if (given === undefined)
    return longest && seconds(longest.window) >= seconds(DEFAULT_RETENTION)
      ? `${Number.parseInt(longest.window, 10) + 1}d`
      : DEFAULT_RETENTION
  if (longest && seconds(given) < seconds(longest.window))
    throw new UserError(
      `The objectives of "${longest.name}" look back ${longest.window}, but Prometheus keeps only ${given}.`,
      {
        at: parsed.place(['stack', 'prometheus', 'retention']),
        hint: 'Remove the line, raise it, or give the slo a shorter  window:',
      },
    )
  return given
}

function secretFiles(config: Config, receiverFiles: readonly string[]): SecretFile[] {
  const passwords = Object.values(config.services).flatMap(service => {
    const [form, name] = (service.credentials.password ?? '').split(':')
    return form === 'file' && name ? [name] : []
  })
  const heartbeat = config.alerts.deadManSwitch ? [config.alerts.deadManSwitch.urlFile] : []
  const files = [...new Set(['grafana_admin_password', ...passwords, ...receiverFiles, ...heartbeat])]
  return files.sort().map(file => ({ name: `${OWN_PREFIX}${file}`, file }))
}

const isLocal = (host: string): boolean => host === 'localhost' || host === '127.0.0.1'
