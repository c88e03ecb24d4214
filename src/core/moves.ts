import type { Moves } from './plan.ts'

/** Which generated paths a templates revision renamed. `*` stands for a name that both sides have. */
export interface MoveTable {
  readonly revision: number
  readonly moved: Readonly<Record<string, string>>
}

/** Every rename there ever was, so that edits move along. Grows together with TEMPLATES_REVISION. */
export const MOVED: readonly MoveTable[] = []

/**
 * Takes the tables, the revision a stack is at and the paths vigie wrote there; returns where each went
 * since, through as many renames as it takes.
 */
export function movesSince(tables: readonly MoveTable[], revision: number, paths: Iterable<string>): Moves {
  const later = tables.filter(table => table.revision > revision).sort((a, b) => a.revision - b.revision)
  const moves = new Map<string, string>()
  for (const path of paths) {
    const now = later.reduce((at, { moved }) => renamed(at, moved), path)
    if (now !== path) moves.set(path, now)
  }
  return moves
}

function renamed(path: string, moved: MoveTable['moved']): string {
  for (const [from, to] of Object.entries(moved)) {
    const [head = '', tail] = from.split('*')
    if (tail === undefined ? path !== from : !path.startsWith(head) || !path.endsWith(tail)) continue
    if (tail === undefined) return to
    const name = path.slice(head.length, path.length - tail.length)
    if (path.length >= head.length + tail.length && !name.includes('/')) return to.replace('*', name)
  }
  return path
}
