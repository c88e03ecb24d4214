import { posix } from 'node:path'
import type { ComposeService } from '../compose/service.ts'
import type { Facts } from '../facts.ts'
import type { RepoView } from '../repo.ts'

/** Folders of the repo in which the code of a service may be. */
export interface CodeFolders {
  /** Below these its project may be: what the command names; else all that is copied, unless that is the whole build context. */
  readonly roots: readonly string[]
  /** All, the likeliest first; the build context itself comes last. */
  readonly all: readonly string[]
}

/** A command that names more than these was not written by a person. */
const MOST_PATHS = 100
const LONGEST_PATH = 500
const DEEPEST = 20

/** What is copied, run, built or mounted. */
export function codeFolders(service: ComposeService, facts: Facts, view: RepoView): CodeFolders {
  const context = service.build?.context
  const isContext = (folder: string): boolean => folder === context || folder === '.'
  const isBelow = (folder: string): boolean => !isContext(folder)
  const paths = copiedPaths(service, facts)
  const copied = foldersOf(withoutLoneManifests(paths), view)
  const run = foldersOf(runPaths(service, facts, view), view).filter(isBelow)
  const named = unique([...copied.filter(isBelow), ...run])
  const beside = builtIn(service, facts, copied.some(isContext), view)
  const all = unique([...named, ...beside, ...mounted(service)])
    .filter(folder => isInside(folder, view))
    .sort((a, b) => Number(isContext(a)) - Number(isContext(b)))
  const isAllCopied = paths.some(path => isContext(clean(path)))
  const roots = [run, isAllCopied ? all : named, all].find(folders => folders.length > 0) ?? []
  return { roots, all }
}

/** The folder of the Dockerfile; and the build context, where all of it goes into the image as far as anybody can tell. */
function builtIn(
  { build }: ComposeService,
  { dockerfile }: Facts,
  copiesContext: boolean,
  view: RepoView,
): string[] {
  if (build?.context === undefined) return []
  const [folder, context] = [clean(posix.dirname(build.dockerfile)), clean(build.context)]
  const isAbsent = dockerfile === undefined && !view.isFolder(folder)
  if (!isAbsent && (dockerfile === undefined || copiesContext)) return [folder, context]
  return folder === context || folder === '.' ? [] : [folder]
}

/** Nothing is above the build context: `COPY ../ .` copies all of it. */
const copiedPaths = ({ build }: ComposeService, { dockerfile }: Facts): string[] =>
  (dockerfile?.copies ?? []).map(path =>
    posix.join(build?.context ?? '.', posix.join('/', path.replace(/\/?\*.*$/, ''))),
  )

/** An install copies the manifests of a whole workspace; of several, only those count whose code is copied too. */
function withoutLoneManifests(paths: readonly string[]): string[] {
  const isManifest = (path: string): boolean => /^package(\*|-lock)?\.json$/.test(posix.basename(path))
  const code = paths.filter(path => !isManifest(path))
  const isLone = (folder: string): boolean =>
    !code.some(path => folder === '.' || path.startsWith(`${folder}/`) || path === folder)
  const lone = unique(paths.filter(isManifest).map(path => posix.dirname(path))).filter(isLone)
  return lone.length < 2
    ? [...paths]
    : paths.filter(path => !isManifest(path) || !lone.includes(clean(posix.dirname(path))))
}

/** Paths in the command, wherever the image keeps what is in them. */
function runPaths({ build }: ComposeService, { command }: Facts, view: RepoView): string[] {
  const paths = command?.value.match(/(?<![\w@.-])[\w@.-]+(?:\/[\w@.-]+)+/g) ?? []
  return paths.map(path =>
    posix.join(build?.context ?? '.', belowWorkdir(path.replace(/^(app|usr\/src\/app|src)\//, ''), view)),
  )
}

/** The project of a workspace that the command starts in: `WORKDIR /app`, `COPY . .`, `WORKDIR /app/apps/web`. */
export function workFolder(service: ComposeService, facts: Facts, view: RepoView): string[] {
  const isProject = (folder: string): boolean =>
    view.filesIn(folder).some(file => !file.includes('/') && MANIFEST.test(file))
  return startFolders(service, facts, view).filter(isProject).slice(0, 1)
}

/** Folders of the repo that may be the one in which the command starts, whatever of its path is the image's. */
export function startFolders(
  { build, workingDir }: ComposeService,
  { dockerfile }: Facts,
  view: RepoView,
): string[] {
  const places = [...(dockerfile?.workdirs ?? []), ...(workingDir === undefined ? [] : [workingDir])]
  const last = places.at(-1) ?? ''
  const outer = places.find(one => one !== '' && last.startsWith(`${one}/`))
  const parts = last
    .slice(0, LONGEST_PATH)
    .split('/')
    .filter(part => part !== '')
    .slice(0, DEEPEST)
  const inner = [
    ...(outer === undefined ? [] : [last.slice(outer.length + 1)]),
    ...parts.slice(0, -1).map((_, index) => parts.slice(index).join('/')),
  ]
  return inner.map(path => posix.join(build?.context ?? '.', path)).filter(folder => view.isFolder(folder))
}

const foldersOf = (paths: readonly string[], view: RepoView): string[] =>
  unique(
    paths
      .filter(path => path.length < LONGEST_PATH)
      .slice(0, MOST_PATHS)
      .map(path => clean(folderOf(path, view))),
  ).filter(folder => isInside(folder, view))

const clean = (path: string): string => posix.normalize(path).replace(/\/$/, '')
const unique = (paths: readonly string[]): string[] => [...new Set(paths.map(clean))]
const isInside = (folder: string, view: RepoView): boolean =>
  !folder.startsWith('..') && view.isFolder(folder)

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

const MANIFEST =
  /(^|\/)(package\.json|requirements\.txt|pyproject\.toml|go\.mod|pom\.xml|Gemfile|composer\.json)$/

/** Where builds of Java put what they make. */
const OUTPUT = /\/(build\/libs|target)(\/[\w.*-]+\.[jw]ar)?\/?$/

/** A folder of the repo that is mounted as the code, or that of a manifest which is; `working_dir` may be below it. */
function mounted(service: ComposeService): string[] {
  return service.mounts.flatMap(({ source, target }) => {
    const { workingDir } = service
    const below = workingDir?.startsWith(`${target}/`)
      ? posix.join(source, workingDir.slice(target.length))
      : undefined
    const folder = MANIFEST.test(source) ? posix.dirname(source) : source.replace(OUTPUT, '')
    return below === undefined ? [folder] : [below, source]
  })
}
