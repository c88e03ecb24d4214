import { posix } from 'node:path'
import type { ComposeService } from './compose/service.ts'
import { type Dockerfile, parseDockerfile } from './dockerfile.ts'
import type { Project } from './manifests/projects.ts'
import type { RepoView } from './repo.ts'
import { execOf } from './script.ts'

/** A word or a number of the repo, and where it stands. */
export interface Seen<T = string> {
  readonly value: T
  readonly source: string
}

/** Everything known of one service, whichever file says it. Evidence is held against this. */
export interface Facts {
  readonly name: string
  /** By which other containers reach it. */
  readonly names: readonly string[]
  readonly images: readonly Seen[]
  readonly packages: readonly Seen[]
  /** What it runs: entrypoint and command, of the Compose file where that says it, else of the Dockerfile. */
  readonly command: Seen | undefined
  readonly environment: ReadonlyMap<string, string>
  readonly healthcheck: Seen | undefined
  /** Ports inside the container that Compose publishes or exposes. */
  readonly ports: readonly Seen<number>[]
  /** Ports that the Dockerfile exposes. */
  readonly exposed: readonly Seen<number>[]
  readonly dockerfile: Dockerfile | undefined
  /** Where the service stands. */
  readonly place: string
  /** Where its variables stand. */
  readonly source: string
}

/** What the Compose file and the Dockerfile say together. An image name beside `build` only names the result. */
export function factsOf(service: ComposeService, view: RepoView): Facts {
  const dockerfile = service.build && dockerfileOf(service, view)
  const own = service.image === undefined ? [] : [{ value: service.image, source: service.source('image') }]
  const base =
    dockerfile?.base === undefined ? [] : [{ value: dockerfile.base, source: dockerfile.baseSource }]
  const said = commandOf(service, dockerfile)
  const command = said && withScript(said, service, dockerfile, view)
  const ports = [...service.ports.map(port => port.target), ...service.exposed]
  return {
    name: service.name,
    names: [service.name, ...service.aliases],
    images: dockerfile ? base : own,
    packages: (dockerfile?.packages ?? []).map(one => ({ value: one.name, source: one.source })),
    command,
    environment: new Map([
      ...(dockerfile?.environment ?? []),
      ...[...service.environment].map(([name, variable]) => [name, variable.value] as const),
    ]),
    healthcheck:
      service.healthcheck !== ''
        ? { value: service.healthcheck, source: service.source('healthcheck') }
        : dockerfile && dockerfile.healthcheck !== ''
          ? { value: dockerfile.healthcheck, source: dockerfile.baseSource }
          : undefined,
    ports: [...new Set(ports)].map(value => ({
      value,
      source: service.source(service.ports.some(port => port.target === value) ? 'ports' : 'expose'),
    })),
    exposed: (dockerfile?.exposed ?? [])
      .filter(one => !service.datagrams.includes(one.port))
      .map(one => ({ value: one.port, source: one.source })),
    dockerfile,
    place: service.source(),
    source: service.source('environment'),
  }
}

function dockerfileOf(service: ComposeService, view: RepoView): Dockerfile | undefined {
  const { build } = service
  if (build?.inline !== undefined)
    return parseDockerfile(
      service.source('build').replace(/:\d+$/, ''),
      build.inline,
      build.args,
      build.target,
    )
  const text = build?.context === undefined ? undefined : view.read(build.dockerfile)
  return text === undefined || !build
    ? undefined
    : parseDockerfile(build.dockerfile, text, build.args, build.target)
}

function commandOf(service: ComposeService, dockerfile: Dockerfile | undefined): Seen | undefined {
  if (service.command !== '') return { value: service.command, source: service.source('command') }
  if (dockerfile && dockerfile.command !== '')
    return { value: dockerfile.command, source: dockerfile.commandSource }
  return undefined
}

/** `./entrypoint.sh` followed by what that starts in the end. */
function withScript(
  command: Seen,
  service: ComposeService,
  dockerfile: Dockerfile | undefined,
  view: RepoView,
): Seen {
  const end = execOf(lastOf(command.value), service, dockerfile, view)
  return end ? { value: `${command.value}\n${end.value}`, source: end.source } : command
}

/** What a command does in the end: the last of a chain, with `npm start` as what the script says and `$PORT` filled in. */
export function finalCommand(facts: Facts, project: Project | undefined): string {
  const last = lastOf(facts.command?.value ?? '')
  const script = scriptOf(last, project)
  return script === undefined ? last : `${last} ${lastOf(script)}`
}

function lastOf(command: string): string {
  const parts = command
    .replace(/["'`]/g, ' ')
    .split(/&&|;|\|\||\n/)
    .map(part => part.trim())
    .filter(part => part !== '' && !/^(exit|wait|sleep|done|fi|true|tail)\b/.test(part))
  return parts.at(-1) ?? ''
}

function scriptOf(command: string, project: Project | undefined): string | undefined {
  const [, name] =
    /\b(?:npm|pnpm|yarn|bun)\s+(?:--?\S+\s+)*(?:run(?:-script)?\s+)?([\w:-]+)/.exec(command) ?? []
  return name === undefined ? undefined : project?.scripts.get(name)
}

/** Folders of the repo in which the code of a service may be. */
export interface CodeFolders {
  /** Those that the Dockerfile or the command names below the build context. */
  readonly named: readonly string[]
  /** All, the likeliest first; the build context itself comes last. */
  readonly all: readonly string[]
}

/** A command that names more than these was not written by a person. */
const MOST_PATHS = 100
const LONGEST_PATH = 500

/** What is copied, run, built or mounted. */
export function codeFolders(service: ComposeService, facts: Facts, view: RepoView): CodeFolders {
  const context = service.build?.context
  const inContext = (path: string): string => posix.join(context ?? '.', path)
  const copied = (facts.dockerfile?.copies ?? []).map(path => inContext(path.replace(/\/?\*.*$/, '')))
  const paths = facts.command?.value.match(/(?<![\w@.-])[\w@.-]+(?:\/[\w@.-]+)+/g) ?? []
  const run = paths.map(path => inContext(belowWorkdir(path.replace(/^(app|usr\/src\/app|src)\//, ''), view)))
  const built = context === undefined ? [] : [posix.dirname(service.build?.dockerfile ?? context)]
  const clean = (folders: readonly string[]): string[] =>
    [...new Set(folders.map(folder => posix.normalize(folder).replace(/\/$/, '')))].filter(
      folder => !folder.startsWith('..') && view.isFolder(folder),
    )
  const isContext = (folder: string): boolean => folder === context || folder === '.'
  const likely = [...copied, ...run].filter(path => path.length < LONGEST_PATH).slice(0, MOST_PATHS)
  const named = clean(likely.map(path => folderOf(path, view))).filter(folder => !isContext(folder))
  const [folder] = built
  const isAbsent = facts.dockerfile === undefined && folder !== undefined && !view.isFolder(folder)
  const isWhole =
    context !== undefined &&
    !isAbsent &&
    (facts.dockerfile === undefined || copied.some(path => isContext(clean([folderOf(path, view)])[0] ?? '')))
  const beside = isWhole ? [...built, context] : built.filter(one => !isContext(posix.normalize(one)))
  const all = clean([...named, ...beside, ...mounted(service)])
  return { named, all: all.sort((a, b) => Number(isContext(a)) - Number(isContext(b))) }
}

/** Wherever the image keeps the code: `data/apps/web` is `apps/web` where only that is a folder of the repo. */
function belowWorkdir(path: string, view: RepoView): string {
  const below = path.split('/').slice(1).join('/')
  return below !== '' && !view.isFolder(path) && view.isFolder(below) ? below : path
}

/** The folder itself, that of a file, or the nearest one above what a build has yet to make: `api` of `api/target/api.jar`. */
function folderOf(path: string, view: RepoView): string {
  let at = path
  for (let up = 0; up < MOST_UP && !view.isFolder(at) && at !== '.' && !at.startsWith('..'); up++)
    at = posix.dirname(at)
  return at
}

/** `api/build/libs/api.jar`, `target/x86_64/release/api`. */
const MOST_UP = 6

/** A folder of the repo that is mounted as the code; `working_dir` may be below it. */
function mounted(service: ComposeService): string[] {
  return service.mounts.flatMap(({ source, target }) => {
    const { workingDir } = service
    const below = workingDir?.startsWith(`${target}/`)
      ? posix.join(source, workingDir.slice(target.length))
      : undefined
    return below === undefined ? [source] : [below, source]
  })
}
