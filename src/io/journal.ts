import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import { isPlainPath, realPathIn } from './paths.ts'
import { codeOf, type FileSystem } from './port.ts'

/** One file of a transaction, as the journal remembers it. `tmp/new/<i>` and `tmp/old/<i>` carry its index. */
export interface Entry {
  /** Posix, relative to the real repo root, no symlink in it. */
  readonly path: string
  /** Whether a file stood there before. */
  readonly existed: boolean
  /** Digest of the new content, null for a deletion. */
  readonly sha256: string | null
}

export interface Journal {
  readonly schema: 1
  readonly entries: readonly Entry[]
  /** Directories the transaction makes, parents first. */
  readonly directories: readonly string[]
}

export function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Takes the text of a journal, returns it; undefined if it is not one vigie wrote: it then says nothing. */
export function parseJournal(text: string): Journal | undefined {
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof data !== 'object' || data === null) return undefined
  const { schema, entries, directories }: Partial<Record<keyof Journal, unknown>> = data
  if (schema !== 1 || !Array.isArray(entries) || !Array.isArray(directories)) return undefined
  if (!entries.every(isEntry) || !directories.every(isPath)) return undefined
  return { schema, entries, directories }
}

function isEntry(data: unknown): data is Entry {
  if (typeof data !== 'object' || data === null) return false
  const { path, existed, sha256 }: Partial<Record<keyof Entry, unknown>> = data
  return isPath(path) && typeof existed === 'boolean' && (sha256 === null || typeof sha256 === 'string')
}

function isPath(data: unknown): data is string {
  return typeof data === 'string' && isPlainPath(data)
}

/**
 * Takes a journal and the directory of the old files, puts every file back, last one first; returns how many had been
 * changed. It can be cut off at any point and run again. The journal may come out of a cloned repo,
 * so every path is checked anew, and a new file is only removed if it is the very one vigie wrote.
 */
export function rollBack(root: string, aside: string, journal: Journal, fs: FileSystem): number {
  let restored = 0
  for (const [i, entry] of [...journal.entries.entries()].reverse()) {
    const target = realPathIn(root, entry.path, fs).absolute
    const old = join(aside, String(i))
    if (exists(old, fs)) {
      const moved = !isSameFile(old, target, fs)
      rename(old, target, fs)
      syncDirectory(dirname(target), fs)
      if (moved) restored++
    } else if (!entry.existed && isOurs(target, entry, fs)) {
      fs.unlinkSync(target)
      restored++
    }
  }
  for (const directory of [...journal.directories].reverse())
    removeIfEmpty(realPathIn(root, directory, fs).absolute, fs)
  return restored
}

/** The old file was linked aside, but the new one had not taken its place yet. */
function isSameFile(a: string, b: string, fs: FileSystem): boolean {
  const [left, right] = [
    fs.lstatSync(a, { throwIfNoEntry: false }),
    fs.lstatSync(b, { throwIfNoEntry: false }),
  ]
  return left !== undefined && left.ino === right?.ino && left.dev === right.dev
}

function isOurs(target: string, entry: Entry, fs: FileSystem): boolean {
  if (!exists(target, fs) || !fs.statSync(target).isFile()) return false
  return entry.sha256 === digestOf(fs.readFileSync(target))
}

export function exists(path: string, fs: FileSystem): boolean {
  return fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

/** Removes a directory unless something is in it; returns whether it is gone. */
export function removeIfEmpty(path: string, fs: FileSystem): boolean {
  try {
    fs.rmdirSync(path)
    return true
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT') return true
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR' || code === 'EBUSY') return false
    throw error
  }
}

/** Virus scanners and editors hold files for moments on Windows: worth five tries. */
export function rename(from: string, to: string, fs: FileSystem): void {
  for (let wait = 20; ; wait *= 2) {
    try {
      fs.renameSync(from, to)
      return
    } catch (error) {
      const code = codeOf(error)
      if (wait > 320 || process.platform !== 'win32' || (code !== 'EPERM' && code !== 'EBUSY')) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait)
    }
  }
}

/** Makes renames in a directory durable. Windows cannot open directories and does not need it. */
export function syncDirectory(path: string, fs: FileSystem): void {
  if (process.platform === 'win32') return
  const handle = fs.openSync(path, 'r')
  try {
    fs.fsyncSync(handle)
  } finally {
    fs.closeSync(handle)
  }
}

/** Writes a new file with exactly this mode, on the disk before it returns. */
export function writeDurably(path: string, bytes: Buffer, mode: number, fs: FileSystem): void {
  const handle = fs.openSync(path, 'wx', 0o600)
  try {
    fs.writeFileSync(handle, bytes)
    fs.fsyncSync(handle)
  } finally {
    fs.closeSync(handle)
  }
  fs.chmodSync(path, mode)
}
