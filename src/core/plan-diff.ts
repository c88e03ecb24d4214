import type { FileAction } from './action.ts'
import { type Base, digest } from './base.ts'
import type { Plan } from './plan.ts'
import type { RenderedFile } from './tree.ts'
import { unifiedDiff } from './unified.ts'

/** What a command shows of one file: a unified diff, or a sentence where there cannot be one. */
export interface ShownDiff {
  /** Relative to the repo root. */
  readonly path: string
  readonly text: string
}

/** Takes a plan, returns what it would change on disk; an open conflict changes nothing yet. */
export function planDiffs(plan: Plan, inStack: (path: string) => string): ShownDiff[] {
  return plan.files.flatMap(action => {
    const { disk, seen, from } = action
    if (disk.do === 'leave' && from === undefined) return []
    const path = placeOf(action, inStack)
    const after = disk.do === 'write' ? disk.text : disk.do === 'delete' ? undefined : seen
    const text = unifiedDiff({
      path,
      before: seen,
      after,
      ...(from === undefined ? {} : { from: inStack(from) }),
    })
    return text === '' ? [] : [{ path, text }]
  })
}

/** Takes what vigie wrote last, what is there and what it renders now; returns what the user changed. */
export function editDiffs(
  base: ReadonlyMap<string, Base>,
  disk: ReadonlyMap<string, string>,
  next: readonly RenderedFile[],
  inStack: (path: string) => string,
): ShownDiff[] {
  const rendered = new Map(next.map(file => [file.path, file.text]))
  return [...base].sort(byPath).flatMap(([name, written]) => {
    const [path, after] = [inStack(name), disk.get(name)]
    if (written.kind === 'digest' && after !== undefined && digest(after) === written.sha256) return []
    const before = written.kind === 'text' ? written.text : recovered(written.sha256, rendered.get(name))
    const unknown = `${path} carries your edits; what vigie wrote there last is not kept.\n`
    const text = before === undefined ? unknown : unifiedDiff({ path, before, after })
    return text === '' ? [] : [{ path, text }]
  })
}

/** Of a dashboard only the digest is kept; its text is known as long as vigie still renders the same. */
const recovered = (sha256: string, text: string | undefined): string | undefined =>
  text !== undefined && digest(text) === sha256 ? text : undefined

/** Where an action's file is, from the repo root. */
export const placeOf = (action: FileAction, inStack: (path: string) => string): string =>
  action.kind === 'edit' ? action.path : inStack(action.path)

const byPath = ([a]: readonly [string, Base], [b]: readonly [string, Base]): number => (a < b ? -1 : 1)
