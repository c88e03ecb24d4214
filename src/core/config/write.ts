import { yamlScalar } from '../render/scalar.ts'

/** A service as the wizard or `vigie add` decided it. */
export interface NewService {
  readonly name: string
  readonly kind: string
  readonly address: string
  /** Only where they are not those of the kind. */
  readonly metricsPath?: string | undefined
  readonly metricsPort?: number | undefined
  readonly networks: readonly string[]
  readonly replicas: number
  readonly credentials: Readonly<Record<string, string>>
  /** Keys that only this kind has. */
  readonly settings: Readonly<Record<string, string | number | boolean>>
}

export interface NewConfig {
  readonly project: string
  readonly output: string
  readonly attach: 'include' | 'external' | 'host'
  readonly compose: string | undefined
  readonly runbooks: string | undefined
  readonly cadvisor: boolean
  readonly nodeExporter: { readonly mode: 'host' | 'desktop'; readonly listen: string | undefined }
  readonly services: readonly NewService[]
  readonly receivers: readonly Readonly<Record<string, Readonly<Record<string, unknown>>>>[]
  readonly deadManSwitch: boolean
  readonly ignore: readonly string[]
  readonly ports: Readonly<Record<string, number>>
}

/** The first vigie.yaml of a repo: small, commented, made to be edited by hand. */
export function configText(config: NewConfig): string {
  const lines = [
    '# yaml-language-server: $schema=./node_modules/vigie/schema/vigie.schema.json',
    '# What vigie watches here. Edit it and run `vigie generate`; every key is explained in the README of vigie.',
    'version: 1',
    `project: ${yamlScalar(config.project)}   # the name of the Compose project`,
    `output: ${yamlScalar(config.output)}`,
    ...(config.attach === 'include' ? [] : [`attach: ${config.attach}`]),
    ...(config.compose === undefined ? [] : [`compose: ${yamlScalar(config.compose)}`]),
    ...(config.runbooks === undefined ? [] : [`runbooks: ${yamlScalar(config.runbooks)}`]),
    'metrics: lean   # or full; lean keeps what rules and panels use',
    '',
    ...stackLines(config),
    config.services.length === 0 ? 'services: {}' : 'services:',
    ...config.services.map(service => `  ${serviceLine(service)}`),
    ...(config.ignore.length === 0
      ? []
      : ['', '# Seen, and not to be asked about again.', `ignore: ${yamlScalar(config.ignore)}`]),
    '',
    'alerts:',
    config.receivers.length === 0
      ? '  receivers: []   # nobody yet, for example  - slack: { channel: "#ops" }'
      : '  receivers:',
    ...config.receivers.map(receiver => `    - ${receiverText(receiver)}`),
    ...(config.deadManSwitch ? ['  deadManSwitch: { urlFile: heartbeat_url }'] : []),
  ]
  return `${lines.join('\n')}\n`
}

function stackLines(config: NewConfig): string[] {
  const ports = Object.entries(config.ports)
    .filter(([part]) => part !== 'cadvisor' || config.cadvisor)
    .map(([part, port]) => `  ${part}: { port: ${port} }`)
  const { mode, listen } = config.nodeExporter
  const node =
    mode === 'desktop'
      ? ['  nodeExporter: { mode: desktop }']
      : listen === undefined
        ? []
        : [`  nodeExporter: { listen: ${yamlScalar(listen)} }`]
  const lines = [...ports, ...(config.cadvisor ? [] : ['  cadvisor: { enabled: false }']), ...node]
  return lines.length === 0 ? [] : ['stack:', ...lines, '']
}

/** One service on one line, the form that reads best in a diff. */
export function serviceLine(service: NewService): string {
  return `${yamlScalar(service.name)}: ${serviceValue(service)}`
}

export function serviceValue(service: NewService): string {
  const onlyDefault =
    service.networks.length === 0 || (service.networks.length === 1 && service.networks[0] === 'default')
  return yamlScalar({
    kind: service.kind,
    address: service.address,
    ...(service.metricsPath === undefined ? {} : { metricsPath: service.metricsPath }),
    ...(service.metricsPort === undefined ? {} : { metricsPort: service.metricsPort }),
    ...(onlyDefault ? {} : { networks: service.networks }),
    ...(service.replicas > 1 ? { replicas: service.replicas } : {}),
    ...(Object.keys(service.credentials).length === 0 ? {} : { credentials: service.credentials }),
    ...service.settings,
  })
}

function receiverText(receiver: Readonly<Record<string, Readonly<Record<string, unknown>>>>): string {
  return Object.entries(receiver)
    .map(([type, settings]) => `${type}: ${Object.keys(settings).length === 0 ? '{}' : yamlScalar(settings)}`)
    .join(', ')
}
