import { join } from 'node:path'
import { UserError } from '../core/errors.ts'
import type { Operation } from '../core/operations.ts'
import { readBytes } from './files.ts'
import { syncDirectory, writeDurably } from './journal.ts'
import { quietly } from './lock.ts'
import { realPathIn } from './paths.ts'
import type { FileSystem, Io } from './port.ts'
import { nextTrash, type Trashed } from './trash.ts'

/** One operation with everything decided: where it really is, what is there, what will be. */
export interface Step {
  readonly path: string
  readonly relative: string
  readonly absolute: string
  readonly before: Buffer | undefined
  readonly after: Buffer | undefined
  readonly mode: number
}

/** Reads the file once more: what the plan saw must still be there. */
export function prepare(root: string, operation: Operation, fs: FileSystem): Step {
  const { path, text, seen, mode } = operation
  const before = readBytes(root, path, fs)
  if (
    seen !== undefined &&
    (before === undefined ? seen !== null : seen === null || !before.equals(Buffer.from(seen)))
  ) {
    throw new UserError(`${path} changed while you were deciding. Nothing was written.`, {
      hint: 'run the command again',
    })
  }
  const real = realPathIn(root, path, fs)
  const after = text === null ? undefined : Buffer.from(text)
  const fresh = mode ?? (text?.startsWith('#!') ? 0o755 : 0o644)
  const kept = before === undefined ? fresh : fs.statSync(real.absolute).mode & 0o7777
  return { path, ...real, before, after, mode: kept }
}

export function isChange({ before, after }: Step): boolean {
  if (before === undefined || after === undefined) return before !== after
  return !before.equals(after)
}

/** Takes the steps that overwrite work of the user; returns what keeps it. The trash is written by the same transaction: bytes are never in neither place. */
export function throwAway(root: string, stackDir: string, steps: readonly Step[], io: Io) {
  const lost = steps.flatMap(({ path, before }) =>
    before === undefined || io.isCommitted?.(path, before) === true ? [] : [{ path, before }],
  )
  if (lost.length === 0) return { steps: [], files: [] }
  const directory = nextTrash(root, stackDir, io.fs)
  const files = lost.map(({ path }): Trashed => ({ path, kept: `${directory}/${path}` }))
  const copies = lost.map(({ path, before }): Step => {
    const kept = `${directory}/${path}`
    return { path: kept, ...realPathIn(root, kept, io.fs), before: undefined, after: before, mode: 0o600 }
  })
  return { steps: copies, files }
}

/** Writes all new contents beside the stack, on the same file system, where a rename can take them from. */
export function stage(temporary: string, steps: readonly Step[], fs: FileSystem): void {
  fs.mkdirSync(join(temporary, 'new'), { recursive: true })
  fs.mkdirSync(join(temporary, 'old'), { recursive: true })
  for (const [i, step] of steps.entries()) {
    if (step.after === undefined) continue
    const staged = join(temporary, 'new', String(i))
    writeDurably(staged, step.after, step.mode, fs)
    if (step.before !== undefined) keepOwner(staged, step.absolute, fs)
  }
  syncDirectory(join(temporary, 'new'), fs)
}

/** Under sudo the new file would be root's. */
function keepOwner(staged: string, current: string, fs: FileSystem): void {
  const owner = fs.statSync(current)
  const own = fs.statSync(staged)
  if (owner.uid !== own.uid || owner.gid !== own.gid)
    quietly(() => fs.chownSync(staged, owner.uid, owner.gid))
}
