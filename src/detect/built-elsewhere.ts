import { posix } from 'node:path'
import type { ComposeService } from './compose/service.ts'
import { imageRepository, imageWeight } from './image.ts'
import type { Projects } from './manifests/projects.ts'
import type { Knowledge } from './verdict.ts'

/**
 * A Compose file for users pulls what CI builds from this very repo: `acme/shop-api` comes from `api/Dockerfile`. Such a service is
 * given the build that makes its image, so that it is seen as if Compose built it.
 */
export function withBuilds(
  services: readonly ComposeService[],
  knowledge: Knowledge,
  projects: Projects,
): ComposeService[] {
  const { view } = projects
  const folders = view
    .files()
    .filter(path => posix.basename(path) === 'Dockerfile')
    .map(path => posix.dirname(path))
    .sort((a, b) => depth(a) - depth(b))
  const repo = projects.repoNames()
  const wholes = [...repo, ...families(services)]
  return services.map(service => {
    if (service.build || folders.length === 0 || !isOwn(service.image ?? '', knowledge)) return service
    const folder = folderOf(service, wholes, folders, repo)
    if (folder === undefined) return service
    const dockerfile = posix.join(folder, 'Dockerfile')
    const build = { context: folder, dockerfile, inline: undefined, target: undefined, args: new Map() }
    return { ...service, build }
  })
}

const depth = (folder: string): number => (folder === '.' ? 0 : folder.split('/').length)
const last = (path: string): string => path.split('/').at(-1) ?? ''

/** Images without an owner are Docker's, and those that a rule names are known without their Dockerfile. */
function isOwn(image: string, { modules, seen }: Knowledge): boolean {
  const globs = [...modules.map(one => one.manifest.evidence), ...seen].flatMap(rule => rule.images)
  return imageRepository(image).includes('/') && !globs.some(glob => imageWeight(image, glob) > 0)
}

/** `shop`, where there are `acme/shop-api` and `acme/shop-web`: what is left of the name says which part it is. */
function families(services: readonly ComposeService[]): string[] {
  const starts = services.flatMap(({ image = '' }) => {
    const [, start] = /^([^-]+)-/.exec(last(imageRepository(image))) ?? []
    return start === undefined || !image.includes('/') ? [] : [start]
  })
  return starts.filter((start, index) => starts.indexOf(start) < index)
}

function folderOf(
  service: ComposeService,
  wholes: readonly string[],
  folders: readonly string[],
  repo: readonly string[],
): string | undefined {
  const image = last(imageRepository(service.image ?? ''))
  const part = (name: string): string[] =>
    wholes.flatMap(whole => (name.startsWith(`${whole}-`) ? [name.slice(whole.length + 1)] : []))
  const isWhole = repo.includes(image)
  const names = [image, ...part(image), ...(isWhole ? part(service.name) : [])]
  const named = folders.find(folder => folder !== '.' && names.includes(last(folder)))
  const [first] = folders.length === 1 || folders[0] === '.' ? folders : []
  return named ?? (isWhole ? first : undefined)
}
