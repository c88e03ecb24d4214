import { posix } from 'node:path'
import type { Ecosystem, Manifest, Package, Evidence as Rules } from '../core/modules/manifest.ts'
import type { Evidence, Seen } from './detection.ts'
import { imageRepository, imageWeight, isBare, matches } from './docker/image.ts'
import type { Facts } from './facts.ts'
import type { Dependency } from './manifests/dependency.ts'
import { modulePath } from './manifests/go.ts'
import type { Project } from './manifests/projects.ts'
import { normalised } from './manifests/pypi.ts'
import { finalCommand } from './program/command.ts'

/** How much of a technology's evidence holds, and where. */
export interface Match {
  readonly weight: number
  readonly evidence: readonly Evidence[]
}

/** A rule that speaks of technologies: a module's evidence, or an entry of templates/detect/seen.yaml. */
export type Rule = Pick<
  Rules,
  'images' | 'bases' | 'packages' | 'commands' | 'dependencies' | 'files' | 'env' | 'ports' | 'healthchecks'
>

/**
 * What the image, the system packages and the command say: the thing itself.
 * @param isOpen whether packages say what an image is
 */
export function matchThing(
  rule: Rule,
  facts: Facts,
  project?: Project,
  isOpen = facts.images.every(one => isBare(imageRepository(one.value))),
): Match | undefined {
  const image = best(rule.images, facts.images)
  const packages = facts.packages.filter(
    one => isOpen && rule.packages.some(glob => matches(one.value, glob)),
  )
  const command = commandMatch(rule.commands, facts, project)
  return matched([
    ...(image
      ? [{ weight: 100 + image.weight, what: `image ${image.seen.value}`, source: image.seen.source }]
      : []),
    ...packages.slice(0, 1).map(one => ({ weight: 80, what: `package ${one.value}`, source: one.source })),
    ...(command ? [{ weight: 60, what: `command ${command.word.trim()}`, source: command.source }] : []),
  ])
}

/** What the manifests say: the framework of an app. A command or a file alone is a weak word for it. */
export function matchApp(rule: Rule, facts: Facts | undefined, project: Project): Match | undefined {
  const found = distinct(dependenciesIn(rule.dependencies, project))
  const files = rule.files.flatMap(glob => project.files.filter(file => matches(file, glob)).slice(0, 1))
  const command = facts && commandMatch(rule.commands, facts, project)
  const hasPackages = Object.values(rule.dependencies).some(list => list.length > 0)
  if (hasPackages && found.length === 0) return undefined
  const variable = hasPackages ? undefined : variableIn(rule.env, facts)
  return matched([
    ...found.slice(0, 2).map(({ dependency }, index) => ({
      weight: index === 0 ? 20 : 1,
      what: shown(dependency),
      source: dependency.source,
    })),
    ...(variable && facts ? [{ weight: 30, what: `variable ${variable}`, source: facts.source }] : []),
    ...files.slice(0, 1).map(file => ({ weight: 5, what: file, source: join(project.folder, file) })),
    ...(command ? [{ weight: 5, what: `command ${command.word.trim()}`, source: command.source }] : []),
  ])
}

/** A dependency that several entries of a rule name counts once. */
const distinct = <T extends { readonly dependency: Dependency }>(found: readonly T[]): T[] =>
  found.filter((one, index) => found.findIndex(other => other.dependency === one.dependency) === index)

/** What a port, a health check and what is mounted let one guess of an image that nobody knows. */
export function matchGuess(
  { id, aliases, port: usual, evidence: rule }: Pick<Manifest, 'id' | 'aliases' | 'port' | 'evidence'>,
  facts: Facts,
  isPortTelling: (port: number) => boolean,
): Match | undefined {
  const image = facts.images.find(({ value }) => [id, ...aliases].some(word => isWordOf(word, value)))
  const port = [...facts.ports, ...facts.exposed].find(
    one =>
      (rule.ports.includes(one.value) && isPortTelling(one.value)) ||
      (image !== undefined && one.value === usual),
  )
  const mount = facts.mounts.find(one => rule.mounts.some(path => `${one.value}/`.startsWith(`${path}/`)))
  const check = rule.healthchecks.find(word => facts.healthcheck?.value.includes(word))
  const variable = variableIn(rule.env, facts)
  const isNamed = facts.dockerfile === undefined && [id, ...aliases].some(one => facts.name.endsWith(one))
  const isStore = variable !== undefined && (isNamed || /(^|[-_.])(db|database)$/.test(facts.name))
  if (!port && !mount && check === undefined && !isStore) return undefined
  return matched([
    ...(mount ? [{ weight: 10, what: `mount ${mount.value}`, source: mount.source }] : []),
    ...(port && image ? [{ weight: 8, what: `image ${image.value}`, source: image.source }] : []),
    ...(port ? [{ weight: 10, what: `port ${port.value}`, source: port.source }] : []),
    ...(check === undefined
      ? []
      : [{ weight: 10, what: `health check ${check}`, source: facts.healthcheck?.source ?? '' }]),
    ...(variable ? [{ weight: 5, what: `variable ${variable}`, source: facts.source }] : []),
  ])
}

/** `nginx` of `acme/shop-nginx`. */
const isWordOf = (word: string, image: string): boolean =>
  posix.basename(imageRepository(image)).split(/[-_.]/).includes(word)

/** Whether an image runs what one puts into it under a server of its own: the front end in WordPress is a part of that. */
export const isServer = (rules: readonly Rule[], facts: Facts): boolean =>
  rules.some(rule => best(rule.bases, facts.images) !== undefined)

/** What the base image, the command and the variables say where no code does; a variable counts only beside a port. */
export function matchWords(rule: Rule, facts: Facts): Match | undefined {
  const base = best(rule.bases, facts.images)
  const command = commandMatch(rule.commands, facts, undefined)
  const answers = facts.ports.length + facts.exposed.length > 0 || saysWhere(facts)
  const variable = answers ? variableIn(rule.env, facts) : undefined
  return matched([
    ...(command ? [{ weight: 10, what: `command ${command.word.trim()}`, source: command.source }] : []),
    ...(base ? [{ weight: 8, what: `image ${base.seen.value}`, source: base.seen.source }] : []),
    ...(variable ? [{ weight: 5, what: `variable ${variable}`, source: facts.source }] : []),
  ])
}

/** Variables of a framework that say where it listens. */
const saysWhere = (facts: Facts): boolean => /:\d{2,5}\b/.test(facts.environment.get('ASPNETCORE_URLS') ?? '')

/** The packages of a rule that a project needs to run. */
export function dependenciesIn(
  wanted: Partial<Record<Ecosystem, readonly Package[]>>,
  project: Project,
): { package: Package; dependency: Dependency }[] {
  return Object.entries(wanted).flatMap(([ecosystem, packages]) =>
    packages.flatMap(one => {
      const glob = canonical(ecosystem, one.name)
      const isIt = glob.includes('*')
        ? (name: string): boolean => matches(name, glob)
        : (name: string): boolean => name === glob
      const dependency = project.dependencies.find(
        each =>
          each.ecosystem === ecosystem &&
          (!each.dev || one.dev) &&
          (!one.own || posix.dirname(each.source) === project.folder) &&
          isIt(each.name),
      )
      return dependency ? [{ package: one, dependency }] : []
    }),
  )
}

/** Modules may spell a name in any way that its registry accepts. */
function canonical(ecosystem: string, name: string): string {
  if (ecosystem === 'go') return modulePath(name)
  if (ecosystem === 'nuget' || ecosystem === 'composer') return name.toLowerCase()
  if (ecosystem !== 'pypi') return name
  const [, bare = name, extra] = /^([^[]*)(?:\[(.*)\])?$/.exec(name) ?? []
  return extra === undefined ? normalised(bare) : `${normalised(bare)}[${normalised(extra)}]`
}

function best(globs: readonly string[], images: readonly Seen[]): { weight: number; seen: Seen } | undefined {
  return images
    .flatMap(seen => globs.map(glob => ({ weight: imageWeight(seen.value, glob), seen })))
    .filter(one => one.weight > 0)
    .sort((a, b) => b.weight - a.weight)[0]
}

/** The first of some words that the command of a service has. */
export function commandMatch(
  words: readonly string[],
  facts: Facts,
  project: Project | undefined,
): { word: string; source: string } | undefined {
  if (words.length === 0 || facts.command === undefined) return undefined
  const command = ` ${finalCommand(facts, project)} `
  const word = words.find(one => contains(command, one))
  return word === undefined ? undefined : { word, source: facts.command.source }
}

const LETTER = /[A-Za-z0-9]/

/** Whole words only, and no part of an option: `arq` is not in `parquet`, nor `worker` in `--worker-class`. */
function contains(command: string, word: string): boolean {
  for (let at = command.indexOf(word); at >= 0; at = command.indexOf(word, at + 1)) {
    const end = at + word.length
    const startsInside = LETTER.test(word[0] ?? '') && LETTER.test(command[at - 1] ?? '')
    const endsInside = LETTER.test(word.at(-1) ?? '') && LETTER.test(command[end] ?? '')
    const isGlued = command[at - 1] === '_' && command[end] === '_'
    const token = command.lastIndexOf(' ', at) + 1
    const isOption = command[token] === '-' && token < at && !word.startsWith(' ')
    if (!startsInside && !endsInside && !isGlued && !isOption) return true
  }
  return false
}

/** The name of a variable that is set as wanted. */
export const variableIn = (wanted: readonly string[], facts: Facts | undefined): string | undefined =>
  [...(facts?.environment ?? [])].find(([name, value]) =>
    wanted.some(one => isVariable(one, name, value)),
  )?.[0]

function isVariable(wanted: string, name: string, value: string): boolean {
  const [key, glob] = wanted.split('=')
  return key === name && (glob === undefined || matches(value, glob))
}

function matched(parts: readonly { weight: number; what: string; source: string }[]): Match | undefined {
  if (parts.length === 0) return undefined
  return {
    weight: parts.reduce((sum, part) => sum + part.weight, 0),
    evidence: parts.map(({ what, source }) => ({ source, what })),
  }
}

/** A package with its version, as evidence shows it. */
export const shown = (dependency: Dependency): string => {
  const version = /^[\^~=<>!]*\s*v?\d[\w.+-]*\w|^[\^~=<>!]*\s*\d/.exec(dependency.version)?.[0]
  return version === undefined ? dependency.name : `${dependency.name} ${version}`
}
const join = (folder: string, file: string): string => (folder === '.' ? file : `${folder}/${file}`)
