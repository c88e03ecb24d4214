import type { Package } from '../core/modules/manifest.ts'
import type { Module } from '../core/modules/module.ts'
import { type Registry, STACK_PARTS } from '../core/modules/registry.ts'
import { type ComposeFile, type ComposeService, readComposeFile } from './compose-file.ts'
import { credentialsOf } from './credentials.ts'
import type { DetectedService, Detection, Evidence, Skipped } from './detection.ts'
import { imageMatches, imageRepository } from './image.ts'
import { readManifest } from './node-package.ts'
import type { RepoView } from './repo.ts'

/** Images that are monitoring themselves: the stack brings its own. */
const MONITORING =
  /(^|\/)(prometheus|alertmanager|grafana|grafana-oss|cadvisor|node-exporter|.*[-_]exporter)$/

/** Looks at what a repo runs. Reads files and executes nothing. */
export function detect(view: RepoView, registry: Registry, composePath?: string): Detection {
  const compose = readComposeFile(view, composePath)
  const kinds = registry.kinds().map(id => registry.get(id))
  const services: DetectedService[] = []
  const skipped: Skipped[] = []
  for (const service of compose?.services ?? []) {
    const found = detectService(service, compose, kinds, view)
    if ('reason' in found) skipped.push(found)
    else services.push(found)
  }
  return {
    composeFile: compose?.path,
    project: projectName(view, compose),
    services,
    skipped,
    warnings: compose ? [] : ['No Compose file found: services are watched on the host.'],
    taken: compose?.services.map(service => service.name) ?? [],
  }
}

function detectService(
  service: ComposeService,
  compose: ComposeFile | undefined,
  kinds: readonly Module[],
  view: RepoView,
): DetectedService | Skipped {
  const source = `${compose?.path ?? ''}:${service.line}`
  const parts: readonly string[] = STACK_PARTS
  if (service.image !== undefined && MONITORING.test(imageRepository(service.image)))
    return { name: service.name, reason: `${service.image} is monitoring itself; vigie brings its own` }
  if (parts.includes(service.name))
    return { name: service.name, reason: 'it has the name of a part of the stack' }
  const byImage = service.image === undefined ? undefined : matchImage(service.image, source, kinds)
  const match = byImage ?? matchManifest(service, view, kinds)
  if (!match) return { name: service.name, reason: skipReason(service) }
  const { module, evidence, instrumented, settings } = match
  const port = portOf(service, module)
  return {
    name: service.name,
    kind: module.id,
    address: `${service.name}:${port}`,
    networks: service.networks.length > 0 ? service.networks : ['default'],
    replicas: service.replicas,
    container: service.name,
    credentials: credentialsOf(service, module),
    settings,
    evidence,
    instrumented,
    confidence: byImage ? 'high' : 'medium',
  }
}

interface Match {
  readonly module: Module
  readonly evidence: readonly Evidence[]
  readonly instrumented: boolean | undefined
  readonly settings: DetectedService['settings']
}

function matchImage(image: string, source: string, kinds: readonly Module[]): Match | undefined {
  const repository = imageRepository(image)
  const module = kinds.find(kind =>
    kind.manifest.evidence.images?.some(glob => imageMatches(repository, glob)),
  )
  return (
    module && {
      module,
      evidence: [{ source, what: `image ${image}` }],
      instrumented: undefined,
      settings: {},
    }
  )
}

/** A service built here is what its package.json says it is. */
function matchManifest(service: ComposeService, view: RepoView, kinds: readonly Module[]): Match | undefined {
  if (service.build === undefined) return undefined
  const manifest = readManifest(view, service.build)
  if (!manifest) return undefined
  const has = (packages: readonly Package[]): string | undefined =>
    packages.find(one => manifest.dependencies.has(one.name))?.name
  for (const module of kinds) {
    const dependency = has(module.manifest.evidence.dependencies.npm)
    if (dependency === undefined) continue
    const client = has(module.manifest.evidence.instrumented.npm)
    return {
      module,
      evidence: [dependency, client].flatMap(name => (name ? [{ source: manifest.path, what: name }] : [])),
      instrumented: client !== undefined,
      settings: socketSettings(module, manifest.dependencies),
    }
  }
  return undefined
}

/** The port inside the container: what the service publishes or exposes where that is one port, else the kind's own. */
function portOf(service: ComposeService, module: Module): number {
  const fromEnvironment = Number(service.environment.PORT)
  const usual = module.manifest.port
  if (module.manifest.layer !== 'app') {
    if (usual !== undefined && (service.ports.length === 0 || service.ports.includes(usual))) return usual
    return service.ports[0] ?? usual ?? 80
  }
  return (fromEnvironment > 0 ? fromEnvironment : undefined) ?? service.ports[0] ?? usual ?? 8080
}

const skipReason = (service: ComposeService): string =>
  service.build === undefined
    ? `vigie does not know the image ${service.image ?? '(none)'}`
    : `${service.build} is nothing vigie knows, or does not serve requests`

/** Compose's rule for the name of a project: its `name:`, else COMPOSE_PROJECT_NAME in .env, else the folder's. */
function projectName(view: RepoView, compose: ComposeFile | undefined): string {
  const fromEnv = /^\s*COMPOSE_PROJECT_NAME\s*=\s*["']?([^"'\s#]+)/m.exec(view.read('.env') ?? '')?.[1]
  const name = compose?.name ?? fromEnv ?? view.name
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9_-]/g, '')
      .replace(/^[_-]+/, '') || 'app'
  )
}

/** Kinds that can show WebSockets do so only where the app has them, so that no panel stays empty. */
function socketSettings(module: Module, dependencies: ReadonlySet<string>): DetectedService['settings'] {
  const sockets = ['ws', 'socket.io'].some(name => dependencies.has(name))
  return sockets && module.manifest.settings.websocket ? { websocket: true } : {}
}
