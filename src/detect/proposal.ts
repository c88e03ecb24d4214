import { HOST_GATEWAY } from '../core/conventions.ts'
import type { Module } from '../core/modules/module.ts'
import type { ComposeProject } from './compose/load.ts'
import { type ComposeService, sharedWith } from './compose/service.ts'
import { configWord, listenedIn } from './configs.ts'
import { loginOf } from './credentials.ts'
import type { DetectedService, Evidence } from './detection.ts'
import type { Facts } from './facts.ts'
import { instrumentation, switches } from './instrumented.ts'
import { metricsOf } from './metrics.ts'
import { appPort } from './ports/app-port.ts'
import type { Calls } from './ports/calls.ts'
import { type JvmConfig, jvmConfig } from './ports/jvm-config.ts'
import { GRPC, type Port } from './ports/port.ts'
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
  const { module, project, confidence } = kind
  const { manifest } = module
  const library = instrumentation(module, facts, project, words =>
    configWord(words, service, facts, scene.view),
  )
  const jvm = project && jvmConfig(project, facts.environment, facts.command?.value ?? '', scene.view)
  const usual = portOf(service, facts, kind, scene, jvm)
  const open = [usual.port, jvm?.managementPort, library?.package?.port, ...openPorts(facts)]
  const scrape = manifest.layer === 'app' ? scene.scrapes.of(service, open) : undefined
  // What speaks gRPC on its port answers HTTP where its metrics are.
  const port = scrape && GRPC.has(usual.port) ? { port: scrape.port, isKnown: true } : usual
  const place = placeOf(service, scene.services)
  const login = loginOf(service, module, scene.project)
  const isProfiled = service.profiles.length > 0
  return {
    name: service.name,
    kind: module.id,
    address: `${place.host}:${port.port}`,
    networks: place.networks,
    ...metricsOf(kind, port.port, { library: library?.package, jvm, scrape }),
    replicas: manifest.endpoint.exporter ? 1 : Math.min(service.replicas || 1, 1000),
    container: service.name,
    credentials: login.credentials,
    credentialsFrom: login.from,
    settings: {
      ...switches(module, facts, project),
      ...kind.package?.settings,
      ...library?.package?.settings,
    },
    evidence: evidenceOf(service, kind, library?.evidence, scrape),
    instrumented: canTell(module) ? library !== undefined || scrape !== undefined : undefined,
    confidence: confidence === 'high' && (!port.isKnown || isProfiled) ? 'medium' : confidence,
  }
}

function portOf(
  service: ComposeService,
  facts: Facts,
  { module, project, package: named, port }: Kind,
  { calls, view }: Scene,
  jvm: JvmConfig | undefined,
): Port {
  if (port !== undefined) return { port, isKnown: true }
  const { manifest } = module
  return manifest.layer === 'app'
    ? appPort(service, facts, named?.port ?? manifest.port, project, calls, view, jvm)
    : (numbered(service) ??
        thingPort(facts, module, listenedIn(manifest, service, facts, view), calls.portOf(service)))
}

/** Several of a kind on the network of the host, where no two can have one port, are called by theirs: `redis_6380`. */
function numbered({ networkMode, aliases: [container = ''] }: ComposeService): Port | undefined {
  const port = networkMode === 'host' ? Number(/(?:^|[-_.])(\d{4,5})$/.exec(container)?.[1]) : 0
  return port > 0 && port < 65536 ? { port, isKnown: true } : undefined
}

function evidenceOf(
  service: ComposeService,
  { evidence }: Kind,
  library: Evidence | undefined,
  scrape: Scrape | undefined,
): Evidence[] {
  const { profiles } = service
  return [
    ...evidence,
    ...(library && !evidence.some(one => one.what === library.what) ? [library] : []),
    ...(scrape ? [{ source: scrape.source, what: `scraped at :${scrape.port}${scrape.path}` }] : []),
    ...(profiles.length > 0
      ? [{ source: service.source('profiles'), what: `profile ${profiles.join(' ')}` }]
      : []),
  ]
}

const openPorts = (facts: Facts): number[] => [...facts.ports, ...facts.exposed].map(one => one.value)

/** Whether the repo shows if metrics are switched on; a server that serves them unasked has nothing to show. */
const canTell = ({ manifest }: Module): boolean =>
  manifest.layer === 'app' || Object.values(manifest.evidence.instrumented).some(list => list.length > 0)

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
