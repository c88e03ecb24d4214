import { posix } from 'node:path'
import type { ComposeService } from '../compose/service.ts'
import { hasOwnRegistry } from './image.ts'
import { COMMON, imageName, isEndOf, isPartOf } from './own-image.ts'
import type { NamedDockerfile } from './repo-dockerfiles.ts'

/** Several services may run one image. */
export const imagesOf = (services: readonly ComposeService[]): ReadonlySet<string | undefined> =>
  new Set(services.map(one => one.image))

/** Where a product keeps what it is, beside its front end and its workers. */
const SERVING = /^(server|backend|api|app)$/

/** The whole repo is what its root builds; a part of it is the one Dockerfile that is left for the one service that is left. */
export function remaining(
  service: ComposeService,
  left: readonly ComposeService[],
  repo: readonly string[],
  free: readonly NamedDockerfile[],
): NamedDockerfile | undefined {
  const [only] = free.length === 1 ? free : []
  const [root] = free.filter(one => !one.path.includes('/'))
  const [beside] = free.filter(one => isBeside(one, service))
  const serving = free.filter(one => SERVING.test(posix.dirname(one.path)))
  const [server] = serving.length === 1 ? serving : []
  if (repo.some(name => isEndOf(imageName(service.image ?? ''), name))) return only ?? root ?? server
  const found = imagesOf(left).size === 1 ? (only ?? beside) : undefined
  const isNamed = only !== undefined && repo.some(name => isPartOf(imageName(service.image ?? ''), name))
  return found && mayMake(found, found === beside, isNamed, service) ? found : undefined
}

/** Whether a Dockerfile stands in the folder of the Compose file. */
export const isBeside = ({ path }: NamedDockerfile, service: ComposeService): boolean =>
  posix.dirname(path) === posix.dirname(service.source())

/** Whether Compose and the Dockerfile name the same port. */
export const haveInCommon = ({ exposed }: NamedDockerfile, service: ComposeService): boolean =>
  saidBy(service).some(port => exposed.includes(port))

const saidBy = (service: ComposeService): number[] => [
  ...service.ports.map(port => port.target),
  ...service.exposed,
]

/**
 * Whether an image may be made of a Dockerfile that its name does not lead to: where both name ports they have one in common; else the
 * Dockerfile stands beside the Compose file, the image is called like the repo, or comes from nobody else's registry.
 */
function mayMake(
  dockerfile: NamedDockerfile,
  isNear: boolean,
  isNamed: boolean,
  service: ComposeService,
): boolean {
  const said = saidBy(service)
  if (said.length > 0 && dockerfile.exposed.length > 0) return haveInCommon(dockerfile, service)
  return (
    isNamed ||
    (isNear && (said.length > 0 || COMMON.test(service.name))) ||
    hasOwnRegistry(service.image ?? '')
  )
}
