import { dirname, join } from 'node:path'
import { STATE_DIR } from '../core/base.ts'
import { UserError } from '../core/errors.ts'
import type { Operation } from '../core/operations.ts'
import { inStack } from './files.ts'
import {
  digestOf,
  exists,
  type Journal,
  parseJournal,
  removeIfEmpty,
  rename,
  rollBack,
  syncDirectory,
  writeDurably,
} from './journal.ts'
import { acquireLock, type Lock, quietly } from './lock.ts'
import { realPathIn } from './paths.ts'
import { type FileSystem, type Io, reasonOf } from './port.ts'
import { deferSignals, type Signal } from './signals.ts'
import { isChange, prepare, type Step, stage, throwAway } from './stage.ts'
import type { Trashed } from './trash.ts'

export interface Committed {
  /** Paths relative to the repo root whose bytes changed. */
  readonly written: readonly string[]
  readonly deleted: readonly string[]
  readonly trashed: readonly Trashed[]
  /** How many files of an earlier, interrupted run were put back first. */
  readonly recovered: number
  /** Ctrl-C or SIGTERM came while writing; the tree is whole, the process should now go. */
  readonly signal: Signal | undefined
}

/**
 * Takes the repo root, the stack directory in it and the operations of one run; carries out all of
 * them or none. A file that is no longer what the plan saw stops the run before anything is written.
 * Power may fail and the process may be killed at any point: the next run finds the journal and puts
 * the old tree back. A lock the caller already holds may be handed in.
 */
export async function commit(
  root: string,
  stackDir: string,
  operations: readonly Operation[],
  io: Io,
  held?: Lock,
): Promise<Committed> {
  const { result, signal } = await deferSignals(() => {
    const lock = held ?? lockFor(root, stackDir, io)
    try {
      return { recovered: restore(root, stackDir, io.fs), ...carryOut(root, stackDir, operations, io) }
    } finally {
      if (held === undefined) lock.release()
    }
  })
  return { ...result, signal }
}

/**
 * Puts back what an interrupted run left half done; returns how many files that were, 0 when there was
 * nothing. To be called before the tree is read. Throws the lock's message if that run is still going.
 */
export function recover(root: string, stackDir: string, io: Io, held?: Lock): number {
  if (!exists(stateOf(root, stackDir, 'journal.json', io.fs), io.fs)) return 0
  const lock = held ?? lockFor(root, stackDir, io)
  try {
    return restore(root, stackDir, io.fs)
  } finally {
    if (held === undefined) lock.release()
  }
}

function lockFor(root: string, stackDir: string, io: Io): Lock {
  try {
    return acquireLock(root, stackDir, io)
  } catch (error) {
    throw error instanceof UserError ? error : failure(inStack(stackDir, STATE_DIR), error)
  }
}

function stateOf(root: string, stackDir: string, name: string, fs: FileSystem): string {
  return realPathIn(root, inStack(stackDir, `${STATE_DIR}/${name}`), fs).absolute
}

function restore(root: string, stackDir: string, fs: FileSystem): number {
  const journalPath = stateOf(root, stackDir, 'journal.json', fs)
  const temporary = stateOf(root, stackDir, 'tmp', fs)
  let restored = 0
  if (exists(journalPath, fs)) {
    const journal = parseJournal(fs.readFileSync(journalPath, 'utf8'))
    if (journal !== undefined) restored = rollBack(root, stateOf(root, stackDir, 'tmp/old', fs), journal, fs)
    fs.unlinkSync(journalPath)
  }
  fs.rmSync(temporary, { recursive: true, force: true })
  return restored
}

function carryOut(root: string, stackDir: string, operations: readonly Operation[], io: Io) {
  const { fs } = io
  const steps = operations.map(operation => prepare(root, operation, fs)).filter(isChange)
  const precious = new Set(
    operations.filter(operation => operation.precious).map(operation => operation.path),
  )
  const trash = throwAway(
    root,
    stackDir,
    steps.filter(step => precious.has(step.path)),
    io,
  )
  const all = [...trash.steps, ...steps]
  if (all.length > 0) write(root, stackDir, all, fs)
  const [written, deleted] = [
    steps.filter(step => step.after !== undefined),
    steps.filter(step => step.after === undefined),
  ]
  quietly(() => prune(root, stackDir, deleted, fs))
  const paths = (some: readonly Step[]): string[] => some.map(step => step.path)
  return { written: paths(written), deleted: paths(deleted), trashed: trash.files }
}

function write(root: string, stackDir: string, steps: readonly Step[], fs: FileSystem): void {
  const temporary = stateOf(root, stackDir, 'tmp', fs)
  const journalPath = stateOf(root, stackDir, 'journal.json', fs)
  let place = ''
  let journal: Journal | undefined
  try {
    place = inStack(stackDir, STATE_DIR)
    stage(temporary, steps, fs)
    journal = journalOf(root, steps, fs)
    writeDurably(join(temporary, 'journal.json'), Buffer.from(`${JSON.stringify(journal)}\n`), 0o644, fs)
    rename(join(temporary, 'journal.json'), journalPath, fs)
    syncDirectory(dirname(journalPath), fs)
    for (const directory of journal.directories) makeDirectory(root, stackDir, directory, fs)
    for (const [i, step] of steps.entries()) {
      place = step.path
      replace(temporary, i, step, fs)
    }
    for (const directory of new Set(steps.map(step => dirname(step.absolute)))) syncDirectory(directory, fs)
    fs.unlinkSync(journalPath)
  } catch (error) {
    throw undo(root, stackDir, journal, place, error, fs)
  }
  // The journal is gone, so it happened; what is left to do can wait for the next run.
  quietly(() => syncDirectory(dirname(journalPath), fs))
  quietly(() => fs.rmSync(temporary, { recursive: true, force: true }))
}

function journalOf(root: string, steps: readonly Step[], fs: FileSystem): Journal {
  const entries = steps.map(({ relative, before, after }) => ({
    path: relative,
    existed: before !== undefined,
    sha256: after === undefined ? null : digestOf(after),
  }))
  const folders = new Set(
    steps.filter(step => step.after !== undefined).flatMap(step => above(step.relative)),
  )
  const directories = [...folders].filter(folder => !exists(realPathIn(root, folder, fs).absolute, fs))
  return { schema: 1, entries, directories }
}

/** The folders that a path is in, outermost first. */
function above(path: string): string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_part, i) => parts.slice(0, i + 1).join('/'))
}

/** Containers run as other users and must read what is mounted; secrets are the exception. */
function makeDirectory(root: string, stackDir: string, directory: string, fs: FileSystem): void {
  const { absolute } = realPathIn(root, directory, fs)
  const isPrivate =
    directory === inStack(stackDir, 'secrets') || directory === inStack(stackDir, `${STATE_DIR}/trash`)
  const mode = isPrivate ? 0o700 : 0o755
  fs.mkdirSync(absolute, { mode })
  fs.chmodSync(absolute, mode)
}

function replace(temporary: string, index: number, step: Step, fs: FileSystem): void {
  const old = join(temporary, 'old', String(index))
  if (step.before !== undefined) setAside(step, old, fs)
  if (step.after !== undefined) rename(join(temporary, 'new', String(index)), step.absolute, fs)
}

/** A file that gets a new version is linked aside first, so that its name is never without a file. */
function setAside(step: Step, old: string, fs: FileSystem): void {
  if (step.after !== undefined) {
    try {
      fs.linkSync(step.absolute, old)
      return
    } catch {
      // Not every file system has hard links.
    }
  }
  rename(step.absolute, old, fs)
}

/** Takes what went wrong, puts everything back, returns the error to report. */
function undo(
  root: string,
  stackDir: string,
  journal: Journal | undefined,
  place: string,
  error: unknown,
  fs: FileSystem,
): Error {
  try {
    const temporary = stateOf(root, stackDir, 'tmp', fs)
    if (journal !== undefined) rollBack(root, stateOf(root, stackDir, 'tmp/old', fs), journal, fs)
    fs.rmSync(stateOf(root, stackDir, 'journal.json', fs), { force: true })
    quietly(() => fs.rmSync(temporary, { recursive: true, force: true }))
  } catch (second) {
    return new UserError(
      `Could not write ${place}: ${reasonOf(error)}. Putting the rest back failed too: ${reasonOf(second)}.`,
      {
        hint: 'free the disk or mend the permissions, then run  vigie generate : it puts everything back first',
      },
    )
  }
  return error instanceof UserError ? error : failure(place, error)
}

function failure(place: string, error: unknown): UserError {
  return new UserError(`Could not write ${place}: ${reasonOf(error)}. Nothing was changed.`, {
    hint: `check the disk space and the permissions of ${place}`,
  })
}

/** Directories that only deleted files were in go too, up to the stack directory and never outside it. */
function prune(root: string, stackDir: string, deleted: readonly Step[], fs: FileSystem): void {
  const realStack = stackDir === '' ? '' : realPathIn(root, stackDir, fs).relative
  for (const step of deleted) {
    let at = dirname(step.relative)
    const inside = (path: string): boolean =>
      path !== '.' && path !== realStack && (realStack === '' || path.startsWith(`${realStack}/`))
    while (inside(at) && removeIfEmpty(realPathIn(root, at, fs).absolute, fs)) at = dirname(at)
  }
}
