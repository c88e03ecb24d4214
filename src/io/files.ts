import { isUtf8 } from 'node:buffer'
import { BASE_DIR, type Base, parseBase, pathOfBase } from '../core/base.ts'
import { UserError } from '../core/errors.ts'
import { realPathIn } from './paths.ts'
import type { FileSystem } from './port.ts'

/** Takes a path relative to the repo root, returns the bytes there; undefined if nothing is. */
export function readBytes(root: string, path: string, fs: FileSystem): Buffer | undefined {
  const { absolute } = realPathIn(root, path, fs)
  const found = fs.statSync(absolute, { throwIfNoEntry: false })
  if (found === undefined) return undefined
  if (found.isFile()) return fs.readFileSync(absolute)
  const what = found.isDirectory() ? 'a directory' : 'no regular file'
  throw new UserError(`${path} is ${what}, and vigie needs a file there.`, { hint: `move ${path} aside` })
}

/** The same as text. What is not UTF-8 is refused: writing it back would change bytes. */
export function readText(root: string, path: string, fs: FileSystem): string | undefined {
  const bytes = readBytes(root, path, fs)
  if (bytes === undefined) return undefined
  if (!isUtf8(bytes))
    throw new UserError(`${path} is not UTF-8 text.`, { hint: 'convert it or move it aside' })
  return bytes.toString('utf8')
}

/** Takes paths relative to the stack directory, returns the text of those that are there. */
export function readDisk(
  root: string,
  stackDir: string,
  paths: Iterable<string>,
  fs: FileSystem,
): Map<string, string> {
  const disk = new Map<string, string>()
  for (const path of paths) {
    const text = readText(root, inStack(stackDir, path), fs)
    if (text !== undefined) disk.set(path, text)
  }
  return disk
}

/** Returns what vigie generated last, by path: the listing of `.vigie/base` is the list of its files. */
export function readBase(root: string, stackDir: string, fs: FileSystem): Map<string, Base> {
  const base = new Map<string, Base>()
  for (const stored of listFiles(root, inStack(stackDir, BASE_DIR), BASE_DIR, fs)) {
    const path = pathOfBase(stored)
    const text = path === undefined ? undefined : readText(root, inStack(stackDir, stored), fs)
    if (path !== undefined && text !== undefined) base.set(path, parseBase(path, text))
  }
  return base
}

/** `monitoring` + `compose.yaml`; a stack in the root itself has the directory ''. */
export function inStack(stackDir: string, path: string): string {
  return stackDir === '' ? path : `${stackDir}/${path}`
}

/** Returns the files below a folder of the stack, as paths in it; none if it is not there. */
export function listFolder(root: string, stackDir: string, folder: string, fs: FileSystem): string[] {
  return listFiles(root, inStack(stackDir, folder), folder, fs)
}

/** All regular files below a directory, sorted; symlinks are not vigie's and are passed over. */
function listFiles(root: string, directory: string, shown: string, fs: FileSystem): string[] {
  const { absolute } = realPathIn(root, directory, fs)
  if (fs.lstatSync(absolute, { throwIfNoEntry: false })?.isDirectory() !== true) return []
  const entries = fs.readdirSync(absolute, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  return entries.flatMap(entry => {
    const path = `${shown}/${entry.name}`
    if (entry.isDirectory()) return listFiles(root, `${directory}/${entry.name}`, path, fs)
    return entry.isFile() ? [path] : []
  })
}
