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
  const dockerfiles = dockerfilesOf(view)
  if (dockerfiles.length === 0) return [...services]
  const repo = projects.repoNames().map(dashed)
  const wholes = [...repo, ...families(services)]
  const own = services.filter(one => !one.build && isOwn(one.image ?? '', knowledge, repo))
  const named = new Map(own.map(one => [one, namedDockerfile(one, wholes, repo, dockerfiles)]))
  const taken = new Set([
    ...services.map(one => one.build?.dockerfile),
    ...[...named.values()].map(one => one?.path),
  ])
  const free = dockerfiles.filter(one => one.isPlain && !taken.has(one.path))
  const proven = wholes.filter(whole =>
    own.some(one => named.get(one) !== undefined && isOf(imageName(one), whole)),
  )
  const left = own.filter(one => named.get(one) === undefined && ofRepo(one, [...repo, ...proven]))
  return services.map(service => {
    const found =
      named.get(service) ?? (left.includes(service) ? remaining(service, left, repo, free) : undefined)
    if (found === undefined) return service
    const context = contextOf(found.path, view)
    const build = {
      context,
      dockerfile: found.path,
      inline: undefined,
      target: undefined,
      args: new Map(),
      isGuess: true,
    }
    return { ...service, build }
  })
}

interface Named {
  readonly path: string
  /** What it builds: `api` for `api/Dockerfile`, `Dockerfile.api` and `api.Dockerfile`. */
  readonly name: string
  readonly isPlain: boolean
}

/** Those of production; the nearest to the root first. */
function dockerfilesOf(view: RepoView): Named[] {
  return view
    .files()
    .flatMap((path): Named[] => {
      const [whole, after, before] =
        /^(?:dockerfile(?:\.([\w-]+))?|([\w-]+)\.dockerfile)$/i.exec(posix.basename(path)) ?? []
      const part = (after ?? before ?? '').toLowerCase()
      if (whole === undefined || /^(dev|development|local|debug|test|tests|ci|dockerignore)$/.test(part))
        return []
      const isPlain = /^(|prod|production|release)$/.test(part)
      return [{ path, name: isPlain ? dashed(last(posix.dirname(path))) : dashed(part), isPlain }]
    })
    .sort((a, b) => depth(a.path) - depth(b.path) || a.path.length - b.path.length)
}

const depth = (path: string): number => path.split('/').length
const last = (path: string): string => path.split('/').at(-1) ?? ''
const isOf = (name: string, whole: string): boolean => name === whole || name.startsWith(`${whole}-`)

/** Images that a rule names are known without their Dockerfile; others without an owner are Docker's, or built on this machine. */
function isOwn(image: string, { modules, seen }: Knowledge, repo: readonly string[]): boolean {
  const globs = [...modules.map(one => one.manifest.evidence), ...seen].flatMap(rule => rule.images)
  const name = imageRepository(image)
  const part = dashed(last(name))
  const isOwned = name.includes('/') || repo.some(whole => isOf(part, whole))
  return isOwned && !globs.some(glob => imageWeight(image, glob) > 0)
}

/** `shop`, where there are `acme/shop-api` and `acme/shop-web`: what is left of the name says which part it is. */
function families(services: readonly ComposeService[]): string[] {
  const starts = services.flatMap(({ image = '' }) => {
    const [, start] = /^([^-]+)-/.exec(dashed(last(imageRepository(image)))) ?? []
    return start === undefined || !image.includes('/') ? [] : [start]
  })
  return starts.filter((start, index) => starts.indexOf(start) < index)
}

const imageName = (service: ComposeService): string => dashed(last(imageRepository(service.image ?? '')))
const dashed = (name: string): string => name.toLowerCase().replaceAll('_', '-')
const ofRepo = (service: ComposeService, repo: readonly string[]): boolean =>
  repo.some(whole => isOf(imageName(service), whole))

/** By what the image is called, or the part of that which is not the name of the repo or of a family of its images. */
function namedDockerfile(
  service: ComposeService,
  wholes: readonly string[],
  repo: readonly string[],
  dockerfiles: readonly Named[],
): Named | undefined {
  const image = imageName(service)
  const part = (name: string): string[] =>
    wholes.flatMap(whole => (name.startsWith(`${whole}-`) ? [name.slice(whole.length + 1)] : []))
  const isWhole = repo.includes(image)
  const names = [
    image,
    ...part(image),
    ...(isWhole ? [dashed(service.name), ...part(dashed(service.name))] : []),
  ]
  const parts = dockerfiles.filter(one => one.path.includes('/') || !one.isPlain)
  const exact = parts.find(one => names.includes(one.name))
  const alike = parts.filter(one => names.some(name => name.length > 2 && one.name.startsWith(`${name}-`)))
  return exact ?? (alike.length === 1 ? alike[0] : undefined)
}

/** The whole repo is what its root builds; a part of it is the one Dockerfile that is left for the one service that is left. */
function remaining(
  service: ComposeService,
  left: readonly ComposeService[],
  repo: readonly string[],
  free: readonly Named[],
): Named | undefined {
  const [only] = free.length === 1 ? free : []
  const [root] = free.filter(one => depth(one.path) === 1)
  if (repo.includes(imageName(service))) return only ?? root
  return left.length === 1 ? only : undefined
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
