import type { ActionKind, FileAction } from './action.ts'
import { type Base, baseText } from './base.ts'
import type { Choice, Choices, Conflict } from './merge/result.ts'
import { reconcile, reconcileSeed } from './reconcile.ts'
import type { RenderedFile } from './tree.ts'

/** Everything a run would do, decided before anything is written. Shown by --dry-run, judged by check, applied by the rest. */
export interface Plan {
  readonly files: readonly FileAction[]
}

/** Output paths that a templates revision renamed: old → new. */
export type Moves = ReadonlyMap<string, string>

/** Asked once per open conflict; undefined leaves it open. */
export type Decide = (path: string, conflict: Conflict) => Choice | undefined

/**
 * Takes what vigie wrote last, what is on disk and what it renders now (paths relative to the stack
 * directory); returns one action per file, in path order. `disk` need only hold the paths named by
 * the other two.
 */
export function planTree(
  base: ReadonlyMap<string, Base>,
  disk: ReadonlyMap<string, string>,
  next: readonly RenderedFile[],
  moves: Moves = new Map(),
): Plan {
  const files: FileAction[] = []
  const moved = movedFrom(base, disk, next, moves)
  const gone = new Set(moved.values())
  for (const file of next) {
    const from = moved.get(file.path)
    if (from !== undefined) files.push(planMove(file, from, base.get(from), disk.get(from)))
    else if (file.ownership === 'seed') files.push(...planSeed(file, base, disk))
    else files.push(reconcile(file.path, base.get(file.path), disk.get(file.path), file.text))
  }
  const rendered = new Set(next.map(file => file.path))
  for (const path of base.keys()) {
    if (!rendered.has(path) && !gone.has(path))
      files.push(reconcile(path, base.get(path), disk.get(path), undefined))
  }
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) }
}

/** A path that was generated before and is a seed now: what stands is the user's, the base is dropped. */
function planSeed(
  file: RenderedFile,
  base: ReadonlyMap<string, Base>,
  disk: ReadonlyMap<string, string>,
): FileAction[] {
  const action = reconcileSeed(file.path, disk.get(file.path), file.text)
  return [base.has(file.path) ? { ...action, base: { do: 'delete' } } : action]
}

/** New path → old path, for the renames that apply here: the old one is vigie's, the new one is free. */
function movedFrom(
  base: ReadonlyMap<string, Base>,
  disk: ReadonlyMap<string, string>,
  next: readonly RenderedFile[],
  moves: Moves,
): Map<string, string> {
  const rendered = new Set(next.map(file => file.path))
  const applies = ([from, to]: readonly [string, string]): boolean =>
    base.has(from) && !base.has(to) && !disk.has(to) && rendered.has(to) && !rendered.has(from)
  return new Map([...moves].filter(applies).map(([from, to]) => [to, from]))
}

/** The old file, edits and all, is carried to its new name and reconciled there. */
function planMove(
  file: RenderedFile,
  from: string,
  base: Base | undefined,
  disk: string | undefined,
  choices?: Choices,
): FileAction {
  const action = reconcile(file.path, base, disk, file.text, choices)
  const settled = action.kind !== 'conflict'
  const remembered = base === undefined || action.base.do !== 'leave' || !settled
  return {
    ...action,
    from,
    disk:
      settled && action.disk.do === 'leave' && disk !== undefined ? { do: 'write', text: disk } : action.disk,
    base: remembered ? action.base : { do: 'write', text: baseText(base) },
  }
}

/** An action that waits for an answer. */
export type OpenAction = Extract<FileAction, { kind: 'conflict' | 'orphan' }>

export function isOpen(action: FileAction): action is OpenAction {
  return action.kind === 'conflict' || action.kind === 'orphan'
}

/**
 * Takes a plan and the answers, returns the plan with every answered conflict settled: merged with
 * the chosen side, kept, replaced or deleted. What stays unanswered stays a conflict, and a merge that
 * the answers made unsafe comes back as one.
 */
export function resolveConflicts(plan: Plan, decide: Decide): Plan {
  return { files: plan.files.map(action => (isOpen(action) ? resolveAction(action, decide) : action)) }
}

function resolveAction(action: OpenAction, decide: Decide): FileAction {
  const choices = new Map<string, Choice>()
  for (const conflict of action.conflicts) {
    const choice = decide(action.path, conflict)
    if (choice !== undefined) choices.set(conflict.at, choice)
  }
  if (choices.size < action.conflicts.length) return action
  return resettle(action, choices)
}

function resettle(action: OpenAction, choices: Choices): FileAction {
  const { path, from, seen, previous: base } = action
  if (action.kind === 'orphan') return reconcile(path, base, seen, undefined, choices)
  const { next } = action
  if (from === undefined) return reconcile(path, base, seen, next, choices)
  return planMove({ path, text: next, ownership: 'generated' }, from, base, seen, choices)
}

export type Summary = Readonly<Record<ActionKind, number>> & {
  /** Files on disk that would change. 0 and no open question means in sync. */
  readonly writes: number
  /** Questions that need an answer before anything is written. */
  readonly open: number
}

/** Takes a plan, returns how many files each verb has, for the last line of every command. */
export function summarise(plan: Plan): Summary {
  const kinds: Record<ActionKind, number> = {
    create: 0,
    adopt: 0,
    update: 0,
    merge: 0,
    delete: 0,
    keep: 0,
    keepDeleted: 0,
    conflict: 0,
    orphan: 0,
    edit: 0,
    forget: 0,
    none: 0,
  }
  for (const action of plan.files) kinds[action.kind]++
  const writes = plan.files.filter(action => action.disk.do !== 'leave' || action.from !== undefined).length
  const open = plan.files.filter(isOpen).reduce((sum, action) => sum + action.conflicts.length, 0)
  return { ...kinds, writes, open }
}

/** The files that stop a non-interactive run, `check` calls them and every write stale. */
export function isInSync(plan: Plan): boolean {
  const { writes, open } = summarise(plan)
  return writes === 0 && open === 0
}
