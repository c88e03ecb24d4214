import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, join, posix, resolve, sep } from 'node:path'
import ignore, { type Ignore } from 'ignore'
import { UserError } from '../core/errors.ts'
import { trackedFolders } from './tracked.ts'

const LARGEST_FILE = 2_000_000
/** In characters; a longer line of a .gitignore names no path that could be. */
const LONGEST_RULE = 1000
const MOST_FILES = 200_000
const DEEPEST = 16
/** No system has longer ones. */
const LONGEST_PATH = 4096

/** Folders that hold what others wrote or what a build made, whatever .gitignore says. */
const FOREIGN = new Set(
  'node_modules bower_components vendor __pycache__ venv site-packages target dist coverage'.split(' '),
)
/** Of the folders whose name starts with a dot, only these may hold what runs, or say how it is built. */
const DOTTED = new Set(['.docker', '.deploy', '.docker-compose', '.github', '.devcontainer'])

/** The only way detection sees a repo: files are read, never executed, and never from outside the root. */
export interface RepoView {
  readonly root: string
  readonly name: string
  exists(path: string): boolean
  isFolder(path: string): boolean
  /** The text of a file; undefined when it is absent, too large, binary, a link out of the repo, or no file. */
  read(path: string): string | undefined
  /** Why a file that is there is not read, as the end of a sentence; undefined where it is read, or absent. */
  refused(path: string): string | undefined
  /** All files that are the repo's own: nothing that .gitignore names and git does not track, no dependencies, no links followed. Sorted. */
  files(): readonly string[]
  /** Those below a folder, relative to it. */
  filesIn(folder: string): readonly string[]
  /** Whether there were more files than detection looks at. */
  isCut(): boolean
}

/** @throws UserError when the folder is not there */
export function repoView(folder: string): RepoView {
  if (!existsSync(folder))
    throw new UserError(`There is no folder ${folder}.`, { hint: 'check the path after -C' })
  const root = realpathSync(resolve(folder))
  const contents = new Map<string, Content>()
  const content = (path: string): Content => {
    const known = posix.normalize(path)
    const found = contents.get(known) ?? readInside(root, known)
    contents.set(known, found)
    return found
  }
  let walked: readonly string[] | undefined
  const files = (): readonly string[] => {
    walked ??= walk(root)
    return walked
  }
  return {
    root,
    name: basename(resolve(folder)),
    exists: path => stat(root, path) !== undefined,
    isFolder: path => stat(root, path)?.isDirectory() === true,
    read: path => content(path).text,
    refused: path => content(path).refused,
    files,
    filesIn: folder => below(files(), folder.replace(/\/$/, '')),
    isCut: () => files().length >= MOST_FILES,
  }
}

/** Sorted paths with one prefix stand together. */
function below(sorted: readonly string[], folder: string): string[] {
  if (folder === '.' || folder === '') return [...sorted]
  const prefix = `${folder}/`
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? '') < prefix) low = middle + 1
    else high = middle
  }
  let end = low
  while (sorted[end]?.startsWith(prefix)) end++
  return sorted.slice(low, end).map(path => path.slice(prefix.length))
}

/** The real place of a path, when that is inside the root. */
function inside(root: string, path: string): string | undefined {
  if (path.includes('\0') || path.length > LONGEST_PATH) return undefined
  try {
    const full = realpathSync.native(resolve(root, path))
    return full === root || full.startsWith(root.endsWith(sep) ? root : root + sep) ? full : undefined
  } catch {
    return undefined
  }
}

function stat(root: string, path: string): ReturnType<typeof statSync> | undefined {
  const full = inside(root, path)
  return full === undefined ? undefined : statSync(full, { throwIfNoEntry: false })
}

interface Content {
  readonly text?: string
  readonly refused?: string
}

function readInside(root: string, path: string): Content {
  const full = inside(root, path)
  const found = full === undefined ? undefined : statSync(full, { throwIfNoEntry: false })
  if (full === undefined || !found)
    return isLink(root, path) ? { refused: 'is a link to nothing in the repo' } : {}
  if (!found.isFile()) return { refused: found.isDirectory() ? 'is a folder' : 'is no regular file' }
  if (found.size > LARGEST_FILE)
    return { refused: `is larger than ${LARGEST_FILE / 1_000_000} MB and is not read` }
  try {
    const text = decoded(readFileSync(full))
    return text.includes('\0') ? { refused: 'is not text' } : { text: text.replace(/^\uFEFF/, '') }
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? ` (${error.code})` : ''
    return { refused: `cannot be read${why}` }
  }
}

function isLink(root: string, path: string): boolean {
  try {
    return lstatSync(resolve(root, path)).isSymbolicLink()
  } catch {
    return false
  }
}

/** PowerShell's `>` writes UTF-16: `pip freeze > requirements.txt` on Windows. */
function decoded(bytes: Buffer): string {
  const [first, second] = bytes
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
  return new TextDecoder(encoding).decode(bytes)
}

interface Rules {
  readonly folder: string
  readonly rules: Ignore
}

interface Folder {
  readonly path: string
  readonly ignored: readonly Rules[]
}

/** Breadth first, so that a cut tree loses its depths and not its surface. */
function walk(root: string): string[] {
  let tracked: ReadonlySet<string> | undefined
  const isTracked = (path: string): boolean => {
    tracked ??= trackedFolders(inside(root, '.git/index'))
    return tracked.has(path)
  }
  const found: string[] = []
  let level: Folder[] = [{ path: '', ignored: [] }]
  for (let depth = 0; depth < DEEPEST && level.length > 0 && found.length < MOST_FILES; depth++)
    level = level.flatMap(folder => (found.length < MOST_FILES ? enter(root, folder, found, isTracked) : []))
  return found.slice(0, MOST_FILES).sort()
}

/** Adds the files of a folder and returns its own folders. */
function enter(
  root: string,
  { path, ignored }: Folder,
  found: string[],
  isTracked: (path: string) => boolean,
): Folder[] {
  const entries = list(join(root, path))
  const hasRules = entries.some(entry => entry.name === '.gitignore')
  const rules = hasRules ? [...ignored, { folder: path, rules: rulesOf(root, path) }] : ignored
  const inner: Folder[] = []
  for (const entry of entries) {
    const full = path === '' ? entry.name : `${path}/${entry.name}`
    if (entry.isFile()) found.push(full)
    else if (entry.isDirectory() && isOwn(entry.name, full) && (!isIgnored(full, rules) || isTracked(full)))
      inner.push({ path: full, ignored: rules })
  }
  return inner
}

function list(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

function rulesOf(root: string, folder: string): Ignore {
  const text = readInside(root, posix.join(folder, '.gitignore')).text ?? ''
  return ignore({ allowRelativePaths: true }).add(
    text.split('\n').filter(line => line.length <= LONGEST_RULE),
  )
}

function isOwn(name: string, path: string): boolean {
  if (FOREIGN.has(name) || (name.startsWith('.') && !DOTTED.has(name))) return false
  return !path.startsWith('.github/') || name === 'workflows'
}

const isIgnored = (path: string, ignored: readonly Rules[]): boolean =>
  ignored.some(({ folder, rules }) =>
    rules.ignores(`${folder === '' ? path : path.slice(folder.length + 1)}/`),
  )
