import { randomUUID } from 'node:crypto'
import { dirname, join } from 'node:path'
import { STATE_DIR } from '../core/base.ts'
import { UserError } from '../core/errors.ts'
import { inStack } from './files.ts'
import { realPathIn } from './paths.ts'
import { codeOf, type FileSystem, type Io } from './port.ts'

/** Who holds the lock. The id tells two runs of one recycled pid apart. */
interface Owner {
  readonly pid: number
  readonly host: string
  readonly cmd: string
  readonly started: number
  readonly id: string
}

export interface Lock {
  readonly release: () => void
}

/**
 * Takes the stack directory for this process, or throws a UserError that names who has it. The lock is
 * a directory that is made complete, owner inside, and then renamed into place: unlike a bare mkdir it
 * is never seen without its owner, and like mkdir the rename can only succeed for one. A lock whose
 * process is gone is taken over.
 */
export function acquireLock(root: string, stackDir: string, io: Io): Lock {
  const { fs } = io
  const state = realPathIn(root, inStack(stackDir, STATE_DIR), fs).absolute
  const owner: Owner = { pid: io.pid, host: io.host, cmd: io.command, started: io.now(), id: randomUUID() }
  const lock = join(state, 'run.lock')
  const draft = `${lock}.${io.pid}-${owner.id}`
  let made = state
  try {
    // In one go with its parents: another run may be removing the empty state directory just now.
    made = topOf(makeDirectory(draft, fs), state)
    fs.writeFileSync(join(draft, 'owner.json'), `${JSON.stringify(owner)}\n`)
    take(draft, lock, io, inStack(stackDir, `${STATE_DIR}/run.lock`))
  } catch (error) {
    quietly(() => fs.rmSync(draft, { recursive: true, force: true }))
    throw error
  }
  held.add(owner.id)
  quietly(() => sweepDrafts(state, io))
  return { release: () => release(lock, state, made, owner, fs) }
}

function topOf(made: string | undefined, state: string): string {
  return made !== undefined && made.length < state.length ? made : state
}

function take(draft: string, lock: string, io: Io, shown: string): void {
  for (let attempt = 0; attempt < 3; attempt++) {
    if (tryRename(draft, lock, io.fs)) return
    const owner = readOwner(lock, io.fs)
    if (owner !== undefined && !isGone(owner, io)) throw locked(owner, io, shown)
    if (owner !== undefined) clearStale(lock, owner, io)
  }
  throw locked(readOwner(lock, io.fs), io, shown)
}

/** True if the rename happened; false if the name is taken. An empty directory is no lock and is replaced. */
function tryRename(from: string, to: string, fs: FileSystem): boolean {
  try {
    fs.renameSync(from, to)
    return true
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'EPERM' || code === 'ENOTDIR') return false
    throw error
  }
}

function readOwner(lock: string, fs: FileSystem): Owner | undefined {
  try {
    const data: unknown = JSON.parse(fs.readFileSync(join(lock, 'owner.json'), 'utf8'))
    return isOwner(data) ? data : undefined
  } catch {
    return undefined
  }
}

function isOwner(data: unknown): data is Owner {
  if (typeof data !== 'object' || data === null) return false
  const fields: Partial<Record<keyof Owner, unknown>> = data
  const words = [fields.host, fields.cmd, fields.id].every(word => typeof word === 'string')
  return words && Number.isInteger(fields.pid) && typeof fields.started === 'number'
}

/** Locks of this very process: a lock with our pid that is not among them was left before a restart. */
const held = new Set<string>()

/** Of another host nothing can be known: its lock counts. */
function isGone(owner: Owner, io: Io): boolean {
  if (owner.host !== io.host || held.has(owner.id)) return false
  return owner.pid === io.pid || !io.isAlive(owner.pid)
}

/**
 * Moves a dead owner's lock out of the way, to a name made of its id: of two processes that both saw
 * it dead, the second finds that name taken instead of moving away the lock of the first.
 */
function clearStale(lock: string, owner: Owner, io: Io): void {
  const aside = `${lock}.stale-${owner.id.replace(/[^\w-]/g, '')}`
  quietly(() => {
    if (!tryRename(lock, aside, io.fs)) return
    const moved = readOwner(aside, io.fs)
    if (moved?.id !== owner.id) tryRename(aside, lock, io.fs)
  })
}

function locked(owner: Owner | undefined, io: Io, shown: string): UserError {
  const hint = `wait, or if it is gone:  rm -r ${shown}`
  if (owner === undefined) return new UserError('Another vigie is running here.', { hint })
  const age = Math.max(0, Math.round((io.now() - owner.started) / 1000))
  const place = owner.host === io.host ? '' : ` on ${owner.host}`
  return new UserError(
    `Another vigie is running here (pid ${owner.pid}${place}, "${owner.cmd}", ${age} s ago).`,
    { hint },
  )
}

/** What processes that died while locking have left. */
function sweepDrafts(state: string, io: Io): void {
  for (const name of io.fs.readdirSync(state)) {
    const pid = /^run\.lock\.(\d+)-/.exec(name)?.[1]
    const left =
      name.startsWith('run.lock.stale-') ||
      (pid !== undefined && Number(pid) !== io.pid && !io.isAlive(Number(pid)))
    if (left) quietly(() => io.fs.rmSync(join(state, name), { recursive: true, force: true }))
  }
}

/** Directories made for the lock go with it if they are empty: a run that wrote nothing leaves nothing. */
function release(lock: string, state: string, made: string, owner: Owner, fs: FileSystem): void {
  held.delete(owner.id)
  quietly(() => {
    if (readOwner(lock, fs)?.id === owner.id) fs.rmSync(lock, { recursive: true, force: true })
  })
  quietly(() => {
    for (let at = state; at.length >= made.length; at = dirname(at)) fs.rmdirSync(at)
  })
}

/** Makes a directory and its missing parents, readable for containers whatever the umask; returns the topmost it made. */
function makeDirectory(path: string, fs: FileSystem): string | undefined {
  const first = fs.mkdirSync(path, { recursive: true, mode: 0o755 })
  for (let at = path; first !== undefined && at.length >= first.length; at = dirname(at))
    fs.chmodSync(at, 0o755)
  return first
}

/** For cleaning up, where a failure is the next run's to mend. */
export function quietly(action: () => void): void {
  try {
    action()
  } catch {
    // The next run cleans again.
  }
}
