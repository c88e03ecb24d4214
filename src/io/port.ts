import * as fs from 'node:fs'
import { hostname } from 'node:os'
import { UserError } from '../core/errors.ts'

/** The part of node:fs that writing uses; handed in so that tests can make any call of it fail. */
export type FileSystem = Pick<
  typeof fs,
  | 'chmodSync'
  | 'chownSync'
  | 'closeSync'
  | 'fsyncSync'
  | 'linkSync'
  | 'lstatSync'
  | 'mkdirSync'
  | 'openSync'
  | 'readFileSync'
  | 'readdirSync'
  | 'renameSync'
  | 'rmSync'
  | 'rmdirSync'
  | 'statSync'
  | 'unlinkSync'
  | 'writeFileSync'
> & { realpathSync(path: string): string }

/** Everything of the outside that a transaction touches. */
export interface Io {
  readonly fs: FileSystem
  readonly pid: number
  readonly host: string
  /** What the user typed, for the one who finds the lock. */
  readonly command: string
  readonly now: () => number
  readonly isAlive: (pid: number) => boolean
  /** Tells whether git has exactly these bytes for a path relative to the repo root. */
  readonly isCommitted?: (path: string, bytes: Buffer) => boolean
}

/** Resolves a path in one call, where node's own realpathSync makes one for every part of it. */
const nodeFs: FileSystem = { ...fs, realpathSync: fs.realpathSync.native }

/** The real thing. */
export function nodeIo(command: string, isCommitted?: Io['isCommitted']): Io {
  const io = { fs: nodeFs, pid: process.pid, host: hostname(), command, now: Date.now, isAlive }
  return isCommitted === undefined ? io : { ...io, isCommitted }
}

/** EPERM means the process is there and someone else's. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

/** `ENOENT` and its kin, undefined for what is no system error. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'the operation is not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EXDEV: 'it lies on another file system than the rest of the stack',
  EBUSY: 'another program holds it',
  EIO: 'the disk reports an error',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is a file',
  ELOOP: 'its symlinks lead in a circle',
}

/** Takes any error; of one that the file system reports about a place, returns what to tell people, undefined of another. */
export function placeError(error: unknown): UserError | undefined {
  if (!(error instanceof Error) || !('path' in error) || typeof error.path !== 'string') return undefined
  if (REASONS[codeOf(error) ?? ''] === undefined) return undefined
  return new UserError(`Could not get at ${error.path}: ${reasonOf(error)}.`, {
    hint: `check what  ls -ld ${error.path}  says, and run again`,
  })
}

/** Takes a system error, returns a clause for people. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error)
  if (code !== undefined && code in REASONS) return REASONS[code] ?? code
  return error instanceof Error ? error.message : String(error)
}
