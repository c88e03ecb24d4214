import { posix } from 'node:path'
import type { Build, ComposeService } from '../compose/service.ts'
import type { Projects } from '../manifests/projects.ts'
import type { RepoView } from '../repo.ts'
import type { Knowledge } from '../verdict.ts'
import { type BuildCommand, buildCommands, commandFor } from './build-commands.ts'
import { contextOf } from './guessed-context.ts'
import { imageRepository, imageWeight } from './image.ts'
import { isLocal } from './library.ts'
import { OtherFiles } from './other-files.ts'
import {
  COMMON,
  dashed,
  imageName,
  isOfOwner,
  isOurs,
  isPartOf,
  isTelling,
  type Origin,
  originOf,
} from './own-image.ts'
import { haveInCommon, imagesOf, isBeside, remaining } from './remaining.ts'
import { dockerfilesOf, type NamedDockerfile } from './repo-dockerfiles.ts'

/**
 * A Compose file for users pulls what CI builds from this very repo: `acme/shop-api` comes from `api/Dockerfile`. Such a service is
 * given the build that makes its image, so that it is seen as if Compose built it. So is one that runs what another service builds.
 * @param others the other Compose files of the repo
 */
export function withBuilds(
  services: readonly ComposeService[],
  others: readonly string[],
  knowledge: Knowledge,
  projects: Projects,
): ComposeService[] {
  const built = new Map(services.flatMap(one => (one.build && one.image ? [[one.image, one.build]] : [])))
  const shared = services.map(one => ({ ...one, build: one.build ?? built.get(one.image ?? '') }))
  const { view } = projects
  const dockerfiles = dockerfilesOf(view)
  if (dockerfiles.length === 0) return shared
  const origin = originOf(projects)
  const isUnknown = (one: ComposeService): boolean =>
    !one.build && (one.unset.length > 0 || mayBeOurs(one.image ?? '', knowledge, origin))
  if (!shared.some(isUnknown)) return shared
  const commands = buildCommands(view)
  const files = new OtherFiles(services, others, origin, view)
  const told = shared.map(one => {
    const build = isUnknown(one) ? (files.buildOf(one) ?? buildBy(one, commands)) : undefined
    return build ? { ...one, build } : one
  })
  const folders = new Set([...projects.folders().keys()].map(one => dashed(posix.basename(one))))
  const guesses = guessed(told, told.filter(isUnknown), dockerfiles, origin, folders)
  return told.map(service => {
    const found = guesses.get(service)
    const isUpon = found?.bases.includes(imageRepository(service.image ?? ''))
    return found === undefined || isUpon
      ? service
      : { ...service, build: buildOf(found, nameOf(service), projects, view) }
  })
}

function buildBy(service: ComposeService, commands: readonly BuildCommand[]): Build | undefined {
  const command = commandFor(service.image ?? '', commands)
  if (command === undefined) return undefined
  const { context, dockerfile, target } = command
  return { context, dockerfile, inline: undefined, target, args: new Map(), isGuess: false }
}

/**
 * The Dockerfiles of services whose images this repo makes, as far as names tell.
 * @param folders the names of the folders that hold projects: one that is called like the image makes it, if no Dockerfile is
 */
function guessed(
  services: readonly ComposeService[],
  own: readonly ComposeService[],
  dockerfiles: readonly NamedDockerfile[],
  origin: Origin,
  folders: ReadonlySet<string>,
): ReadonlyMap<ComposeService, NamedDockerfile> {
  const repo = origin.names
  const wholes = [...repo, ...families(services)]
  const named = new Map(
    own.flatMap(one => {
      const found = namedDockerfile(one, wholes, origin, dockerfiles, folders.has(nameOf(one)))
      return found ? [[one, found] as const] : []
    }),
  )
  const taken = new Set([
    ...services.map(one => one.build?.dockerfile),
    ...[...named.values()].map(one => one.path),
  ])
  const free = dockerfiles.filter(one => one.isPlain && !taken.has(one.path))
  const proven = wholes.filter(whole => [...named.keys()].some(one => isPartOf(nameOf(one), whole)))
  const isLeft = (one: ComposeService): boolean =>
    isOurs(one.image ?? '', origin) || proven.some(whole => isPartOf(nameOf(one), whole))
  const unknown = own.filter(one => !named.has(one))
  const isAlone = imagesOf(unknown).size === 1 && dockerfiles.length === 1
  const isOnly = imagesOf(unknown).size === 1
  const left = unknown.filter(
    one =>
      isLeft(one) ||
      (isAlone && COMMON.test(one.name)) ||
      (isOnly && free.some(file => isBeside(file, one) && haveInCommon(file, one))),
  )
  const rest = left.flatMap(one => {
    const found = remaining(one, left, repo, free)
    return found ? [[one, found] as const] : []
  })
  return new Map([...named, ...rest])
}

const nameOf = (service: ComposeService): string => imageName(service.image ?? '')

/**
 * Images that a rule names are known without their Dockerfile, and so are Docker's own; not so a program in the repo that makes it, or in
 * somebody's copy of that.
 */
function mayBeOurs(image: string, { modules, seen }: Knowledge, origin: Origin): boolean {
  const isMadeHere =
    isOfOwner(image, origin) ||
    origin.names.some(name => !COMMON.test(name) && isPartOf(imageName(image), name))
  const rules = seen.filter(one => !isMadeHere || one.role !== 'program')
  const globs = [...modules.map(one => one.manifest.evidence), ...rules].flatMap(rule => rule.images)
  const isOwned =
    /\//.test(imageRepository(image)) || origin.names.some(whole => isPartOf(imageName(image), whole))
  return (
    (isOwned || isLocal(image) || image.startsWith('/')) && !globs.some(glob => imageWeight(image, glob) > 0)
  )
}

/** `shop`, where there are `acme/shop-api` and `acme/shop-web`: what is left of the name says which part it is. */
function families(services: readonly ComposeService[]): string[] {
  const starts = services.flatMap(({ image = '' }) => {
    const [, start] = /^([^-]+)-/.exec(imageName(image)) ?? []
    return start === undefined || !image.includes('/') ? [] : [start]
  })
  return starts.filter((start, index) => starts.indexOf(start) < index)
}

/** What a folder adds to the name of what is in it. */
const ROLE = /^(py|python|js|ts|node|go|rs|rust|java|php|rb|ruby|service|svc|server|api|app|backend|pod)$/
const BEFORE = /^(pod|service|svc|app|docker)-/

/** By what the image is called, or the part of that which is not the name of the repo or of a family of its images. */
function namedDockerfile(
  service: ComposeService,
  wholes: readonly string[],
  origin: Origin,
  dockerfiles: readonly NamedDockerfile[],
  isProject: boolean,
): NamedDockerfile | undefined {
  const image = nameOf(service)
  const isOwn = isOurs(service.image ?? '', origin)
  const part = (name: string): string[] =>
    wholes.flatMap(whole => (name.startsWith(`${whole}-`) ? [name.slice(whole.length + 1)] : []))
  const owned = (name: string): string[] =>
    origin.owners.flatMap(owner => (name.startsWith(`${owner}-`) ? [name.slice(owner.length + 1)] : []))
  const isWhole = image === '' || origin.names.includes(image)
  const names = [
    ...(isTelling(service.image ?? '', origin) ? [image] : []),
    ...part(image),
    ...(isWhole || (isOwn && isAbout(dashed(service.name), image)) ? [dashed(service.name)] : []),
  ]
  const parts = dockerfiles.filter(one => one.path.includes('/') || !one.isPlain)
  const folders = (name: string): string[] => [name, name.replace(BEFORE, ''), ...part(name), ...owned(name)]
  const exact = parts.find(one => folders(one.name).some(name => names.includes(name)))
  const isLoose = isOwn || part(image).length > 0
  const alike = parts.filter(({ name: folder }) =>
    names.some(
      name =>
        name.length > 2 && isPartOf(folder, name) && (isLoose || ROLE.test(folder.slice(name.length + 1))),
    ),
  )
  return (
    exact ??
    (alike.length === 1 && !isProject ? alike[0] : undefined) ??
    (isOwn ? ofStage(image, dockerfiles) : undefined)
  )
}

/** A service and its image may have a part of their names in common: `front` runs `shop-front`, `menu-v1` runs `menu`. */
const isAbout = (service: string, image: string): boolean =>
  image.endsWith(`-${service}`) || isPartOf(service, image)

/** `acme/api`, where the one Dockerfile that has a stage of this name makes several images. */
function ofStage(image: string, dockerfiles: readonly NamedDockerfile[]): NamedDockerfile | undefined {
  const [found, ...others] = dockerfiles.filter(one => one.stages.includes(image))
  return others.length === 0 ? found : undefined
}

function buildOf(
  { path, stages }: NamedDockerfile,
  image: string,
  projects: Projects,
  view: RepoView,
): Build {
  const target = stages.includes(image) ? image : undefined
  const context = contextOf(path, projects, view)
  return { context, dockerfile: path, inline: undefined, target, args: new Map(), isGuess: true }
}
