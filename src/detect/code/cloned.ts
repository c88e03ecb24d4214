import { posix } from 'node:path'
import type { ComposeService } from '../compose/service.ts'
import { imageRepository } from '../docker/image.ts'
import type { Facts } from '../facts.ts'
import { isRuntime } from '../guess.ts'
import type { Projects } from '../manifests/projects.ts'
import type { Aside } from '../verdict.ts'

/** Two addresses of one repo, by its owner and its name. */
const isSame = (one: string, other: string): boolean => tail(one) === tail(other) && tail(one) !== ''
const tail = (url: string): string =>
  url
    .toLowerCase()
    .replace(/\/?(\.git)?$/, '')
    .split(/[/:]/)
    .slice(-2)
    .join('/')

/** A Dockerfile that clones another repo, into no product of its own, and takes no project from this one: what it builds is somebody else's program. */
export function clonedCode(
  service: ComposeService,
  { dockerfile, images }: Facts,
  projects: Projects,
): Aside | undefined {
  const [url] = dockerfile?.clones ?? []
  const isProduct = images.some(one => !isRuntime(imageRepository(one.value)))
  if (dockerfile === undefined || url === undefined || isProduct || isSame(url, projects.origin()))
    return undefined
  const context = service.build?.context ?? '.'
  const isProject = (path: string): boolean =>
    projects.folders().has(path) || projects.below(path, 3).length > 0
  const copied = dockerfile.copies.map(path => posix.normalize(posix.join(context, path)).replace(/\/$/, ''))
  const manifests = new Set([...projects.folders().values()].flat())
  if (copied.some(path => manifests.has(path) || (projects.view.isFolder(path) && isProject(path))))
    return undefined
  return {
    reason: `its code is not in this repo: its Dockerfile clones ${url}`,
    source: dockerfile.baseSource,
    part: undefined,
  }
}
