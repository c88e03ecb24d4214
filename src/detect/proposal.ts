import { HOST_GATEWAY } from '../core/conventions.ts'
import type { Package } from '../core/modules/manifest.ts'
import type { Module } from '../core/modules/module.ts'
import type { ComposeProject } from './compose/load.ts'
import { type ComposeService, sharedWith } from './compose/service.ts'
import { configWord, listenedIn } from './configs.ts'
import { loginOf } from './credentials.ts'
import type { DetectedService } from './detection.ts'
import { instrumentation, switches } from './evidence.ts'
import type { Facts } from './facts.ts'
import { appPort } from './ports/app-port.ts'
import type { Calls } from './ports/calls.ts'
import { type JvmConfig, jvmConfig } from './ports/jvm-config.ts'
import { thingPort } from './ports/thing-port.ts'
import type { RepoView } from './repo.ts'
import type { Scrape, Scrapes } from './scrapes.ts'
import type { Kind } from './verdict.ts'

/** What surrounds a service. */
export interface Scene {
  readonly services: readonly ComposeService[]
  readonly project: ComposeProject
  readonly calls: Calls
  readonly scrapes: Scrapes
  readonly view: RepoView
}

/** Fills in what a recognised service needs in vigie.yaml. */
export function proposal(service: ComposeService, facts: Facts, kind: Kind, scene: Scene): DetectedService {
  const { module, project, evidence, confidence } = kind
  const { manifest } = module
  const library = instrumentation(module, facts, project, words =>
    configWord(words, service, facts, scene.view),
  )
  const named = kind.package
  const usual = named?.port ?? manifest.port
  const jvm = project && jvmConfig(project, facts.environment, facts.command?.value ?? '', scene.view)
  const port =
    manifest.layer === 'app'
      ? appPort(service, facts, usual, project, scene.calls, scene.view, jvm)
      : thingPort(
          facts,
          module,
          listenedIn(manifest, service, facts, scene.view),
          scene.calls.portOf(service),
        )
  const place = placeOf(service, scene.services)
  const seen = manifest.layer === 'app' ? scene.scrapes.of(service) : undefined
  const open = [port.port, jvm?.managementPort, library?.package?.port, ...openPorts(facts)]
  // What names a port that nothing else knows of is of another day, or another set-up.
  const scrape = seen && open.includes(seen.port) ? seen : undefined
  const login = loginOf(service, module, scene.project)
  const isProfiled = service.profiles.length > 0
  return {
    name: service.name,
    kind: module.id,
    address: `${place.host}:${port.port}`,
    networks: place.networks,
    ...metricsOf(kind, library?.package, port.port, jvm, scrape),
    replicas: manifest.endpoint.exporter ? 1 : Math.min(service.replicas || 1, 1000),
    container: service.name,
    credentials: login.credentials,
    credentialsFrom: login.from,
    settings: { ...switches(module, facts, project), ...named?.settings, ...library?.package?.settings },
    evidence: [
      ...evidence,
      ...(library && !evidence.some(one => one.what === library.evidence.what) ? [library.evidence] : []),
      ...(scrape ? [{ source: scrape.source, what: `scraped at :${scrape.port}${scrape.path}` }] : []),
      ...(isProfiled
        ? [{ source: service.source('profiles'), what: `profile ${service.profiles.join(' ')}` }]
        : []),
    ],
    instrumented: canTell(module) ? library !== undefined || scrape !== undefined : undefined,
    confidence: confidence === 'high' && (!port.isKnown || isProfiled) ? 'medium' : confidence,
  }
}

const openPorts = (facts: Facts): number[] => [...facts.ports, ...facts.exposed].map(one => one.value)

/** Whether the repo shows if metrics are switched on; a server that serves them unasked has nothing to show. */
const canTell = ({ manifest }: Module): boolean =>
  manifest.layer === 'app' || Object.values(manifest.evidence.instrumented).some(list => list.length > 0)

/** Where the metrics are, and what of that vigie.yaml has to say because it is not what the kind implies. */
export function metricsOf(
  { module, package: named }: Kind,
  library: Package | undefined,
  port: number,
  jvm: JvmConfig | undefined,
  scrape: Scrape | undefined,
): Pick<DetectedService, 'metrics' | 'metricsPath' | 'metricsPort'> {
  const { exporter, native } = module.manifest.endpoint
  if (exporter)
    return {
      metrics: { by: 'exporter', path: exporter.path, port: exporter.port },
      metricsPath: undefined,
      metricsPort: undefined,
    }
  const usual = native?.path ?? '/metrics'
  const other = scrape?.path === usual ? undefined : scrape?.path
  const metricsPath = scrape ? other : (library?.path ?? jvm?.metricsPath ?? named?.path)
  const elsewhere = scrape?.port ?? library?.port ?? jvm?.managementPort
  const metricsPort = scrape && elsewhere === port ? undefined : elsewhere
  const path = metricsPath ?? usual
  return {
    metrics: { by: 'service', path, port: metricsPort ?? native?.port ?? port },
    metricsPath,
    metricsPort,
  }
}

/** Where other containers reach a service: by its name, on the host, or through the service whose network it shares. */
function placeOf(
  service: ComposeService,
  services: readonly ComposeService[],
): { host: string; networks: readonly string[] } {
  const networks = (one: ComposeService): readonly string[] =>
    one.networks.length > 0 ? one.networks : ['default']
  if (service.networkMode === 'host') return { host: HOST_GATEWAY, networks: [] }
  const other = sharedWith(service, services)
  return other
    ? { host: other.name, networks: networks(other) }
    : { host: service.name, networks: networks(service) }
}
