import { posix } from 'node:path'
import type { ComposeService } from './compose/service.ts'
import { parseDockerfile } from './dockerfile.ts'
import { imageRepository, imageWeight } from './image.ts'
import type { Projects } from './manifests/projects.ts'
import type { RepoView } from './repo.ts'
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
  const dockerfiles = view
    .files()
    .filter(path => /^dockerfile$/i.test(posix.basename(path)))
    .sort((a, b) => depth(a) - depth(b))
  if (dockerfiles.length === 0) return [...services]
  const repo = projects.repoNames()
  const built = services.map(service => service.build?.dockerfile)
  const scene = {
    wholes: [...repo, ...families(services)],
    repo,
    dockerfiles,
    free: dockerfiles.filter(path => !built.includes(path)),
  }
  return services.map(service => {
    if (service.build || !isOwn(service.image ?? '', knowledge, repo)) return service
    const dockerfile = dockerfileOf(service, scene)
    if (dockerfile === undefined) return service
    const context = contextOf(dockerfile, view)
    return {
      ...service,
      build: { context, dockerfile, inline: undefined, target: undefined, args: new Map() },
    }
  })
}

const depth = (path: string): number => path.split('/').length
const last = (path: string): string => path.split('/').at(-1) ?? ''
const isOf = (name: string, whole: string): boolean => name === whole || name.startsWith(`${whole}-`)

/** Images that a rule names are known without their Dockerfile; others without an owner are Docker's, or built on this machine. */
function isOwn(image: string, { modules, seen }: Knowledge, repo: readonly string[]): boolean {
  const globs = [...modules.map(one => one.manifest.evidence), ...seen].flatMap(rule => rule.images)
  const name = imageRepository(image)
  const isOwned = name.includes('/') || repo.some(whole => isOf(name, whole))
  return isOwned && !globs.some(glob => imageWeight(image, glob) > 0)
}

/** `shop`, where there are `acme/shop-api` and `acme/shop-web`: what is left of the name says which part it is. */
function families(services: readonly ComposeService[]): string[] {
  const starts = services.flatMap(({ image = '' }) => {
    const [, start] = /^([^-]+)-/.exec(last(imageRepository(image))) ?? []
    return start === undefined || !image.includes('/') ? [] : [start]
  })
  return starts.filter((start, index) => starts.indexOf(start) < index)
}

interface Scene {
  /** What the repo or a family of its images is called. */
  readonly wholes: readonly string[]
  readonly repo: readonly string[]
  readonly dockerfiles: readonly string[]
  /** Those that no service builds. */
  readonly free: readonly string[]
}

function dockerfileOf(
  service: ComposeService,
  { wholes, repo, dockerfiles, free }: Scene,
): string | undefined {
  const image = last(imageRepository(service.image ?? '')).toLowerCase()
  const part = (name: string): string[] =>
    wholes.flatMap(whole => (name.startsWith(`${whole}-`) ? [name.slice(whole.length + 1)] : []))
  const isWhole = repo.includes(image)
  const names = [image, ...part(image), ...(isWhole ? [service.name, ...part(service.name)] : [])]
  const named = dockerfiles.find(path => names.includes(last(posix.dirname(path)).toLowerCase()))
  if (named !== undefined) return named
  const [only] = free.length === 1 ? free : []
  const [root] = free.filter(path => depth(path) === 1)
  return isWhole ? (only ?? root) : repo.some(whole => isOf(image, whole)) ? only : undefined
}

/** The folder of the Dockerfile, or the one above it whose files it copies: in a workspace that is the root. */
function contextOf(dockerfile: string, view: RepoView): string {
  const copies = parseDockerfile(dockerfile, view.read(dockerfile) ?? '')?.copies ?? []
  const parts = posix.dirname(dockerfile).split('/')
  const folders = parts.map((_, index) => parts.slice(0, parts.length - index).join('/'))
  const found = (folder: string): number =>
    copies.filter(path => !path.includes('*')).filter(path => has(posix.join(folder, path), view)).length
  const most = [...new Set([...folders, '.'])].map(folder => ({ folder, count: found(folder) }))
  return most.reduce((best, one) => (one.count > best.count ? one : best)).folder
}

const has = (path: string, view: RepoView): boolean => view.exists(path) || view.isFolder(path)
