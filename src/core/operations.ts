import type { FileAction } from './action.ts'
import { basePath, STATE_FILE, STATE_NOTES } from './base.ts'
import type { Plan } from './plan.ts'
import { type State, stateText } from './state.ts'

/** One file to write or (text null) to delete. */
export interface Operation {
  /** Posix, relative to the repo root. */
  readonly path: string
  readonly text: string | null
  /** What the plan saw there, null for nothing; left out when it does not matter. */
  readonly seen?: string | null
  /** Permission bits of a new file; an existing one keeps its own. */
  readonly mode?: number
  /** Keep what is overwritten in the trash, unless git has it. */
  readonly precious?: boolean
}

/**
 * Takes a settled plan and the stack directory (relative to the repo root, '' for the root itself);
 * returns the writes of one transaction: files, their bases, state.json and what git is told about them.
 */
export function operationsOf(plan: Plan, stackDir: string, state: State): Operation[] {
  const inStack = (path: string): string => (stackDir === '' ? path : `${stackDir}/${path}`)
  const files = plan.files.flatMap(action => fileOperations(action, inStack))
  const own = [{ path: STATE_FILE, text: stateText(state) }, ...STATE_NOTES]
  return [...files, ...own.map(({ path, text }) => ({ path: inStack(path), text }))]
}

/** The writes of one action: the file and its base, at the old place too when it was renamed. */
export function fileOperations(action: FileAction, inStack: (path: string) => string): Operation[] {
  const { path, disk, base, precious, from } = action
  const at = action.kind === 'edit' ? path : inStack(path)
  const seen = action.seen ?? null
  const operations: Operation[] = []
  if (disk.do !== 'leave') {
    const text = disk.do === 'write' ? disk.text : null
    operations.push({ path: at, text, seen: from === undefined ? seen : null, precious })
  }
  if (base.do !== 'leave') {
    operations.push({ path: inStack(basePath(path)), text: base.do === 'write' ? base.text : null })
  }
  if (from !== undefined) {
    if (seen !== null) operations.push({ path: inStack(from), text: null, seen, precious })
    operations.push({ path: inStack(basePath(from)), text: null })
  }
  return operations
}
