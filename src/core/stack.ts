import type { Receiver } from './alerts/receivers.ts'
import type { Config, ServiceConfig } from './config/schema.ts'
import type { Module } from './modules/module.ts'
import type { RequestRow } from './requests/row.ts'
import type { ModuleRuntime } from './requests/runtime.ts'

/** How the exporter gets at a password: exactly one of a file in its container or a variable Compose fills in. */
export interface PasswordSource {
  readonly file: string | undefined
  readonly env: string | undefined
}

export interface Exporter {
  readonly name: string
  readonly image: string
  readonly port: number
  readonly memory: string
}

/** Something Prometheus scrapes: a part of the stack or a service of the user's. */
export interface Target {
  readonly name: string
  readonly module: Module
  readonly isStackPart: boolean
  readonly host: string
  readonly port: number
  /** What people know it by, `db:5432`; the `instance` label. */
  readonly address: string
  readonly scrapeAddress: string
  readonly metricsPath: string
  readonly metricsTls: ServiceConfig['metricsTls']
  readonly replicas: number
  /** The app's networks that it lives on. */
  readonly networks: readonly string[]
  /** Its Compose service, when it runs as a container of this project. */
  readonly container: string | undefined
  readonly exporter: Exporter | undefined
  readonly user: string | undefined
  readonly database: string | undefined
  readonly password: PasswordSource | undefined
  readonly settings: Readonly<Record<string, unknown>>
  /** How its requests are named, where it serves any. */
  readonly requests: RequestRow | undefined
  /** What its process says of itself. */
  readonly runtime: ModuleRuntime | undefined
  readonly counters: NonNullable<ServiceConfig['counters']>
  readonly slo: ServiceConfig['slo']
  readonly thresholds: ServiceConfig['thresholds']
  /** The team that hears of its alerts. */
  readonly owner: string | undefined
}

/** Something that the blackbox exporter looks at from outside. */
export interface Probe {
  readonly name: string
  /** URL, host or host:port; the `instance` label. */
  readonly target: string
  /** The app's networks through which it is reached. */
  readonly networks: readonly string[]
  /** How to look: a module of the blackbox exporter's configuration, one a probe. */
  readonly prober: Readonly<Record<string, unknown>>
}

/** A Compose secret of the stack's own: a file in the secrets folder. */
export interface SecretFile {
  readonly name: string
  readonly file: string
}

/** Everything that rendering needs, with all defaults filled in. */
export interface Stack {
  readonly config: Config
  readonly targets: readonly Target[]
  readonly probes: readonly Probe[]
  readonly modules: readonly Module[]
  readonly receivers: readonly Receiver[]
  readonly secrets: readonly SecretFile[]
  /** How long Prometheus keeps samples: as vigie.yaml says, or as long as the objectives look back. */
  readonly retention: string
  /** Networks of the app that some container of the stack joins. */
  readonly appNetworks: readonly string[]
  readonly ports: {
    readonly grafana: number
    readonly prometheus: number
    readonly alertmanager: number
    readonly cadvisor: number
  }
}

/** Without one, Grafana evaluates and sends the alerts. */
export const hasAlertmanager = (stack: Stack): boolean => stack.config.alerts.engine === 'alertmanager'

/** The ports that are published: a part that is not there holds none. */
export const openPorts = (stack: Stack): [string, number][] =>
  Object.entries(stack.ports).filter(([part]) => stack.modules.some(module => module.id === part))

/** The parts that people look at. */
export const pagesOf = (stack: Stack): ('grafana' | 'prometheus' | 'alertmanager')[] =>
  hasAlertmanager(stack) ? ['grafana', 'prometheus', 'alertmanager'] : ['grafana', 'prometheus']
