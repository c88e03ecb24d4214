import { DELETE, type Effect, type FileAction, LEAVE } from './action.ts'
import { type Base, baseOf, baseText, digest, isMergedByGit, sameBase } from './base.ts'
import { inShapeOf, sameText } from './merge/eol.ts'
import { mergeLines } from './merge/lines.ts'
import { type Change, type Choices, type MergeResult, NO_CHOICES, wholeFile } from './merge/result.ts'
import { mergeYaml } from './merge/yaml.ts'
import { changesInYaml, equivalentYaml } from './merge/yaml-changes.ts'
import { strategyOf } from './tree.ts'

/**
 * The decision about one generated file, for every combination of what vigie wrote last (base), what
 * is there (disk) and what it would write now (next); undefined means absent. Total and pure: the
 * twelve rows are the whole policy. Nobody is asked when only one side changed, what the user deleted
 * stays deleted, and what vigie did not write is never overwritten.
 */
export function reconcile(
  path: string,
  base: Base | undefined,
  disk: string | undefined,
  next: string | undefined,
  choices: Choices = NO_CHOICES,
): FileAction {
  if (next === undefined) return retire(path, base, disk, choices)
  if (disk === undefined) return base === undefined ? create(path, next) : keepDeleted(path, base, next)
  if (base === undefined) return meet(path, disk, next, choices)
  return update(path, base, disk, next, choices)
}

/** A seed is written once and never read again: whatever is there is the user's. */
export function reconcileSeed(path: string, disk: string | undefined, text: string): FileAction {
  const row = { ...about(path, disk), base: LEAVE }
  if (disk !== undefined)
    return { ...row, kind: 'none', disk: LEAVE, why: 'yours since it was first written' }
  return { ...row, kind: 'create', disk: write(text), why: 'new, and yours from now on' }
}

function about(path: string, disk: string | undefined) {
  return { path, strategy: strategyOf(path), seen: disk, precious: false }
}

function write(text: string): Effect {
  return { do: 'write', text }
}

/** The base effect that makes `next` the last generated text; nothing if it already is. */
function remember(path: string, base: Base | undefined, next: string): Effect {
  const now = baseOf(path, next)
  return base !== undefined && sameBase(base, now) ? LEAVE : write(baseText(now))
}

function isUntouched(base: Base, disk: string): boolean {
  return base.kind === 'text' ? sameText(base.text, disk) : base.sha256 === digest(disk)
}

/** Same meaning: formatting may differ, data and comments may not. */
function isEquivalent(path: string, a: string, b: string): boolean {
  return sameText(a, b) || (strategyOf(path) === 'yaml' && equivalentYaml(a, b))
}

function create(path: string, next: string): FileAction {
  return {
    ...about(path, undefined),
    kind: 'create',
    why: 'new',
    disk: write(next),
    base: remember(path, undefined, next),
  }
}

function keepDeleted(path: string, base: Base, next: string): FileAction {
  return {
    ...about(path, undefined),
    kind: 'keepDeleted',
    why: 'you deleted it',
    disk: LEAVE,
    base: remember(path, base, next),
  }
}

/** The file is there and vigie never wrote it. */
function meet(path: string, disk: string, next: string, choices: Choices): FileAction {
  const row = { ...about(path, disk), base: remember(path, undefined, next) }
  if (isEquivalent(path, disk, next))
    return { ...row, kind: 'adopt', why: 'already as vigie would write it', disk: LEAVE }
  const reason = 'exists and was not written by vigie'
  const choice = choices.get('')
  if (choice === 'keep')
    return { ...row, kind: 'keep', why: 'you keep your own', disk: LEAVE, edits: [], notes: [] }
  if (choice === 'vigie')
    return { ...row, kind: 'update', why: 'you took vigie’s', disk: write(next), precious: true }
  const conflicts = [{ at: '', reason, base: undefined, yours: disk, vigie: next }]
  return {
    ...row,
    kind: 'conflict',
    why: reason,
    disk: LEAVE,
    base: LEAVE,
    conflicts,
    previous: undefined,
    next,
  }
}

function update(path: string, base: Base, disk: string, next: string, choices: Choices): FileAction {
  const row = { ...about(path, disk), base: remember(path, base, next) }
  const untouched = isUntouched(base, disk)
  if (row.base.do === 'leave') {
    if (untouched) return { ...row, kind: 'none', why: 'in sync', disk: LEAVE }
    return {
      ...row,
      kind: 'keep',
      why: 'carries your edits',
      disk: LEAVE,
      notes: [],
      // Told when asked for: to parse both texts costs more than all the rest of a run that changes nothing.
      get edits() {
        return editsOf(path, base, disk)
      },
    }
  }
  if (untouched && sameText(disk, next)) return { ...row, kind: 'none', why: 'in sync', disk: LEAVE }
  if (untouched) return { ...row, kind: 'update', why: 'changed', disk: write(inShapeOf(next, disk)) }
  if (isEquivalent(path, disk, next)) return { ...row, kind: 'none', why: 'already so', disk: LEAVE }
  if (isMergedByGit(base) && !isJson(disk))
    return { ...row, kind: 'update', why: 'git merged it badly', disk: write(next), precious: true }
  if (base.kind === 'digest') return keepWhole(row, choices, next)
  return merge(path, base.text, disk, next, choices)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** An edited dashboard cannot be merged: it is kept and named, and not named again for this version. */
function keepWhole(
  row: Pick<FileAction, 'path' | 'strategy' | 'seen' | 'precious' | 'base'>,
  choices: Choices,
  next: string,
): FileAction {
  if (choices.get('') === 'vigie')
    return { ...row, kind: 'update', why: 'you took vigie’s', disk: write(next), precious: true }
  const notes = [{ at: '', text: 'yours is kept; vigie has a newer one' }]
  return { ...row, kind: 'keep', why: 'you edited it', disk: LEAVE, edits: [], notes }
}

function merge(path: string, base: string, disk: string, next: string, choices: Choices): FileAction {
  const row = { ...about(path, disk), base: write(baseText(baseOf(path, next))) }
  const merged = mergeText(path, base, disk, next, choices)
  if (merged.conflicts.length > 0) {
    const why = 'you and vigie both changed it'
    const { conflicts } = merged
    return {
      ...row,
      kind: 'conflict',
      why,
      disk: LEAVE,
      base: LEAVE,
      conflicts,
      previous: baseOf(path, base),
      next,
    }
  }
  const { notes } = merged
  const edits = changesOf(path, next, merged.text)
  if (merged.text === disk)
    return { ...row, kind: 'keep', why: 'carries your edits', disk: LEAVE, edits, notes }
  if (sameText(merged.text, next))
    return { ...row, kind: 'update', why: 'you took vigie’s', disk: write(merged.text), precious: true }
  const changes = changesOf(path, disk, merged.text)
  const why = 'changed; your edits kept'
  return { ...row, kind: 'merge', why, disk: write(merged.text), precious: true, changes, edits, notes }
}

function mergeText(path: string, base: string, disk: string, next: string, choices: Choices): MergeResult {
  switch (strategyOf(path)) {
    case 'yaml':
      return mergeYaml(base, disk, next, choices)
    case 'lines':
      return mergeLines(base, disk, next, choices)
    case 'whole':
      return wholeFile('cannot be merged', base, disk, next, choices)
  }
}

/** vigie no longer renders the file. */
function retire(
  path: string,
  base: Base | undefined,
  disk: string | undefined,
  choices: Choices,
): FileAction {
  const row = about(path, disk)
  if (base === undefined) return { ...row, kind: 'none', why: 'not vigie’s', disk: LEAVE, base: LEAVE }
  if (disk === undefined)
    return { ...row, kind: 'forget', why: 'gone on both sides', disk: LEAVE, base: DELETE }
  if (isUntouched(base, disk))
    return { ...row, kind: 'delete', why: 'no longer needed', disk: DELETE, base: DELETE }
  const edits = editsOf(path, base, disk)
  const choice = choices.get('')
  if (choice === 'keep') {
    const notes = [{ at: '', text: 'vigie no longer writes it' }]
    return { ...row, kind: 'keep', why: 'is now yours', disk: LEAVE, base: DELETE, edits, notes }
  }
  if (choice === 'vigie')
    return { ...row, kind: 'delete', why: 'you let it go', disk: DELETE, base: DELETE, precious: true }
  const lastText = base.kind === 'text' ? base.text : undefined
  const why = 'no longer needed, but you edited it'
  const conflicts = [{ at: '', reason: why, base: lastText, yours: disk, vigie: undefined }]
  return { ...row, kind: 'orphan', why, disk: LEAVE, base: LEAVE, conflicts, previous: base, edits }
}

function editsOf(path: string, base: Base, disk: string): readonly Change[] {
  return base.kind === 'text' ? changesOf(path, base.text, disk) : []
}

function changesOf(path: string, from: string, to: string): readonly Change[] {
  return strategyOf(path) === 'yaml' ? changesInYaml(from, to) : []
}
