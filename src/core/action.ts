import type { Base } from './base.ts'
import type { Change, Conflict, Note } from './merge/result.ts'
import type { Strategy } from './tree.ts'

/** What happens to one place on disk. */
export type Effect =
  | { readonly do: 'leave' }
  | { readonly do: 'write'; readonly text: string }
  | { readonly do: 'delete' }

export const LEAVE: Effect = { do: 'leave' }
export const DELETE: Effect = { do: 'delete' }

/** What every action says about its file. */
interface Row {
  /** Relative to the stack directory; of an `edit`, to the repo root. */
  readonly path: string
  readonly strategy: Strategy
  /** One clause for people: why this happens. */
  readonly why: string
  /** The file as the plan saw it, undefined if it was not there. */
  readonly seen: string | undefined
  readonly disk: Effect
  readonly base: Effect
  /** True when `seen` holds work of the user that may exist nowhere else. */
  readonly precious: boolean
  /** The earlier path of a file whose template was renamed. */
  readonly from?: string
}

/** Nothing to tell apart but the verb. */
interface Plain extends Row {
  readonly kind: 'create' | 'adopt' | 'update' | 'delete' | 'keepDeleted' | 'forget' | 'none'
}

/** Both sides changed and it went together. */
interface Merge extends Row {
  readonly kind: 'merge'
  /** What vigie changes in it, what of the user's stays in it, what is worth a word. */
  readonly changes: readonly Change[]
  readonly edits: readonly Change[]
  readonly notes: readonly Note[]
}

/** The user's version stands as it is. */
interface Keep extends Row {
  readonly kind: 'keep'
  readonly edits: readonly Change[]
  readonly notes: readonly Note[]
}

/** Both changed the same thing, or a file vigie did not write is in the way. Nothing happens before an answer. */
interface Clash extends Row {
  readonly kind: 'conflict'
  readonly conflicts: readonly Conflict[]
  /** What the answer is reconciled against again. */
  readonly previous: Base | undefined
  readonly next: string
}

/** vigie no longer renders the file and the user edited it. */
interface Orphan extends Row {
  readonly kind: 'orphan'
  readonly conflicts: readonly Conflict[]
  readonly previous: Base
  readonly edits: readonly Change[]
}

/** A file the user owns, of which one place is spliced: compose.yaml, Makefile, vigie.yaml, .gitignore. */
interface Edit extends Row {
  readonly kind: 'edit'
  readonly changes: readonly Change[]
}

export type FileAction = Plain | Merge | Keep | Clash | Orphan | Edit
export type ActionKind = FileAction['kind']

/** Takes a user-owned file before and after a splice, returns the action that writes it. */
export function editAction(
  path: string,
  strategy: Strategy,
  before: string | undefined,
  after: string | undefined,
  why: string,
  changes: readonly Change[] = [],
): FileAction {
  const disk: Effect = after === undefined ? DELETE : { do: 'write', text: after }
  const row = { path, strategy, why, seen: before, base: LEAVE, precious: false }
  if (before === after) return { ...row, kind: 'none', disk: LEAVE }
  return { ...row, kind: 'edit', disk, changes }
}
