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
  const likely = (paths: readonly string[]): string[] =>
    clean(
      paths
        .filter(path => path.length < LONGEST_PATH)
        .slice(0, MOST_PATHS)
        .map(path => folderOf(path, view)),
    )
  const below = (paths: readonly string[]): string[] => likely(paths).filter(folder => !isContext(folder))
  const named = [...new Set([...below(copied), ...below(run)])]
  const [folder] = built
  const isAbsent = facts.dockerfile === undefined && folder !== undefined && !view.isFolder(folder)
  const copiesContext = copied.some(path => isContext(likely([path])[0] ?? ''))
  const isWhole = context !== undefined && !isAbsent && (facts.dockerfile === undefined || copiesContext)
  const beside = isWhole ? [...built, context] : built.filter(one => !isContext(posix.normalize(one)))
  const all = clean([...named, ...beside, ...mounted(service)]).sort(
    (a, b) => Number(isContext(a)) - Number(isContext(b)),
  )
  const isAllCopied = copied.some(path => isContext(posix.normalize(path).replace(/\/$/, '')))
  const roots = [below(run), isAllCopied ? all : named, all].find(folders => folders.length > 0) ?? []
  return { roots, all }
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
