import { posix } from 'node:path'
import { parseEnv } from '../env.ts'
import type { RepoView } from '../repo.ts'
import { filesOf, isBesideTheApp } from './files.ts'
import { COMPOSE_NAMES } from './names.ts'
import { mentionedIn, toldFiles } from './told.ts'

const OVERRIDES = [
  'compose.override.yaml',
  'compose.override.yml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
]
/** Below these many folders stands what tests one part of the repo. */
const DEEPEST = 5
/** Folders that people keep what runs in. */
const DEPLOYED =
  /(^|\/)(\.?docker|deploy(ment)?s?|compose|containers?|infra(structure)?|srcs?|ops|production)\/[^/]+$/i
/** What wins where nothing else decides: production, then what names no stage, then development, then tests. */
const STAGES = [
  /prod|release|deploy|live/i,
  /^((?!dev|local|debug|test|ci|e2e|stag).)*$/i,
  /stag/i,
  /dev|local|debug/i,
]

/** Files that belong to the app without being it. */
const BESIDE = /monitor|observab|logging|metrics|tracing|telemetry|\belk\b/i

/** The files that are read together as one project: the first names its folder. */
export interface ComposeChoice {
  readonly files: readonly string[]
  readonly others: readonly string[]
  /** Those that could be meant just as well. */
  readonly rivals: readonly string[]
  /** Those that COMPOSE_FILE names and that are not here. */
  readonly missing: readonly string[]
}

/**
 * Which Compose file is meant, in this order: the one that is given; COMPOSE_FILE of .env; the one that `docker compose up`
 * takes at the root, with its override; the one that the README or the Makefile starts; the one nearest to the root, production before
 * development.
 */
export function findCompose(view: RepoView, given?: string): ComposeChoice {
  const told = toldFiles(view)
  const ranked = candidates(view, told.flat())
  const all = ranked.map(one => one.path)
  const env = given === undefined ? fromEnv(view) : []
  const here = env.filter(path => view.exists(path))
  const said = given?.split(',') ?? (here.length > 0 ? here : fromRoot(view))
  const files = said ?? nearest(view, all, told)
  const others = all.filter(path => !files.includes(path))
  const taken = ranked.find(one => one.path === files[0])
  const rivals = said ? [] : ranked.filter(one => others.includes(one.path) && isRival(one, taken))
  return {
    files,
    others,
    rivals: rivals.map(one => one.path),
    missing: env.filter(path => !here.includes(path)),
  }
}

function fromEnv(view: RepoView): string[] {
  const variables = parseEnv(view.read('.env') ?? '')
  const value = variables.get('COMPOSE_FILE') ?? ''
  const separator = variables.get('COMPOSE_PATH_SEPARATOR') ?? (value.includes(';') ? ';' : ':')
  return value
    .split(separator)
    .filter(path => path !== '')
    .map(path => posix.normalize(path))
}

/** An empty file starts nothing. */
function fromRoot(view: RepoView): string[] | undefined {
  const files = withOverride(view, '')
  const isEmpty = files?.every(path => view.read(path)?.trim() === '')
  return isEmpty === true ? undefined : files
}

/** The default file of a folder and the override that Compose adds by itself. */
function withOverride(view: RepoView, folder: string): string[] | undefined {
  const inFolder = (names: readonly string[]): string | undefined =>
    names.map(name => posix.join(folder, name)).find(path => view.exists(path) && !view.isFolder(path))
  const file = inFolder(COMPOSE_NAMES)
  if (file === undefined) return undefined
  const override = inFolder(OVERRIDES)
  return override === undefined ? [file] : [file, override]
}

function nearest(view: RepoView, all: readonly string[], told: readonly (readonly string[])[]): string[] {
  const [best] = all
  if (best === undefined) return []
  const [together] = told.filter(([first]) => first === best).sort((a, b) => a.length - b.length)
  if (together) return [...together]
  const isDefault = COMPOSE_NAMES.some(name => name === posix.basename(best))
  return (isDefault ? withOverride(view, posix.dirname(best)) : undefined) ?? [best]
}

interface Candidate {
  readonly path: string
  readonly rank: readonly number[]
}

/** Every Compose file of the repo, the likeliest first. */
function candidates(view: RepoView, told: readonly string[]): Candidate[] {
  const found = filesOf(view, told)
  const building = found.filter(path => /^[ \t]+(build|extends):/m.test(view.read(path) ?? ''))
  const mentioned = mentionedIn(view, found)
  return found
    .map(path => ({ path, rank: rank(path, { building, told, mentioned }, view) }))
    .sort((a, b) => compare(a.rank, b.rank) || (a.path < b.path ? -1 : 1))
}

/** Only the number of services or the alphabet put the other one first, and the two are no stages of one project. */
function isRival(one: Candidate, taken: Candidate | undefined): boolean {
  if (taken === undefined || posix.dirname(one.path) === posix.dirname(taken.path)) return false
  return compare(one.rank.slice(0, -1), taken.rank.slice(0, -1)) === 0
}

/** What speaks for a Compose file besides its name and its place. */
interface Signs {
  /** Those that build something, or extend what does: one of the default name that only runs databases is not the app before them. */
  readonly building: readonly string[]
  /** What the README or the Makefile starts. */
  readonly told: readonly string[]
  /** What the README names. */
  readonly mentioned: readonly string[]
}

function rank(path: string, { building, told, mentioned }: Signs, view: RepoView): number[] {
  const name = posix.basename(path)
  const stage = STAGES.findIndex(pattern => pattern.test(name.replace(/^docker-/, '')))
  const isNear = (other: string): boolean => depthOf(other) <= depthOf(path)
  const isLess = (other: string): boolean => posix.dirname(other) !== posix.dirname(path) && isNear(other)
  const isApp = building.includes(path) || !building.some(isLess)
  // Production at the root is nearer than a folder that people keep what runs in.
  const isAtRoot = !path.includes('/') && stage === 0
  const isDefault = isAtRoot || (COMPOSE_NAMES.some(one => one === name) && isApp)
  const size = sizeOf(path, view)
  const isAside = isBesideTheApp(path) || size === 0 || path.split('/').length > DEEPEST
  // A guide may start no more than the databases to work with, what watches the app, or a part of what a folder above holds.
  const isWhole =
    building.includes(path) ||
    stage === 0 ||
    COMPOSE_NAMES.some(one => one === name) ||
    !building.some(isNear)
  const isPart = building.some(
    other =>
      path.startsWith(`${posix.dirname(other)}/`) &&
      posix.dirname(path) !== posix.dirname(other) &&
      sizeOf(other, view) > size,
  )
  const isTold = told.includes(path) && isWhole && !isPart && !BESIDE.test(name)
  const place = [isAside ? 1 : 0, isTold ? 0 : 1, depthOf(path), isDefault ? 0 : 1, BESIDE.test(name) ? 1 : 0]
  const known = mentioned.includes(path) ? 0 : 1
  return [...place, stage < 0 ? STAGES.length : stage, known, building.includes(path) ? 0 : 1, -size]
}

/** How many services it has, about. */
const sizeOf = (path: string, view: RepoView): number =>
  (view.read(path) ?? '').match(/^[ \t]+(image|build):|^include:/gm)?.length ?? 0

const depthOf = (path: string): number => path.split('/').length - (DEPLOYED.test(path) ? 1 : 0)

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index])
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0)
}
