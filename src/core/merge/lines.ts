import { diffLines, type Hunk } from './diff.ts'
import { normalise, plain, reshape, shapeOf } from './eol.ts'
import { type Choices, type Conflict, type MergeResult, NO_CHOICES } from './result.ts'

/** Lines [start, end) of the base that at least one side changed, and what each side made of them. */
interface Chunk {
  readonly start: number
  readonly end: number
  readonly base: readonly string[]
  readonly mine: readonly string[]
  readonly theirs: readonly string[]
}

/**
 * Takes the last generated text, the user's and the next one; returns the user's text with vigie's
 * changes. Where both changed the same lines it is a conflict, never markers. Line ends, BOM and a
 * missing last newline stay as the user has them.
 */
export function mergeLines(
  base: string,
  mine: string,
  theirs: string,
  choices: Choices = NO_CHOICES,
): MergeResult {
  const a = linesOf(plain(normalise(base)))
  const b = linesOf(plain(mine))
  const c = linesOf(plain(normalise(theirs)))
  const conflicts: Conflict[] = []
  const out: string[] = []
  let done = 0
  for (const chunk of chunksOf(a, b, c)) {
    out.push(...a.slice(done, chunk.start), ...settle(chunk, choices, conflicts))
    done = chunk.end
  }
  out.push(...a.slice(done))
  const text = out.length === 0 ? '' : `${out.join('\n')}\n`
  return { text: reshape(text, shapeOf(mine)), conflicts, notes: [] }
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.slice(0, -1).split('\n')
}

function settle(chunk: Chunk, choices: Choices, conflicts: Conflict[]): readonly string[] {
  const [base, mine, theirs] = [chunk.base, chunk.mine, chunk.theirs].map(lines => lines.join('\n'))
  const same = (x: readonly string[], y: readonly string[]): boolean =>
    x.length === y.length && x.every((line, i) => line === y[i])
  if (same(chunk.mine, chunk.theirs) || same(chunk.base, chunk.theirs)) return chunk.mine
  if (same(chunk.base, chunk.mine)) return chunk.theirs
  const at = `line ${chunk.start + 1}`
  const choice = choices.get(at)
  if (choice === undefined) {
    conflicts.push({ at, reason: 'both changed these lines', base, yours: mine, vigie: theirs })
  }
  return choice === 'vigie' ? chunk.theirs : chunk.mine
}

/** Changes that touch each other are one chunk: lines next to a change are its context. */
function chunksOf(a: readonly string[], b: readonly string[], c: readonly string[]): Chunk[] {
  const mine = diffLines(a, b)
  const theirs = diffLines(a, c)
  const spans = [...mine, ...theirs]
    .map(hunk => ({ start: hunk.aStart, end: hunk.aEnd }))
    .sort((x, y) => x.start - y.start || x.end - y.end)
  const joined: { start: number; end: number }[] = []
  for (const span of spans) {
    const last = joined.at(-1)
    if (last !== undefined && span.start <= last.end) last.end = Math.max(last.end, span.end)
    else joined.push({ ...span })
  }
  return joined.map(({ start, end }) => ({
    start,
    end,
    base: a.slice(start, end),
    mine: imageOf(mine, start, end, b),
    theirs: imageOf(theirs, start, end, c),
  }))
}

/** The lines of the other text that stand where the base has [start, end). */
function imageOf(hunks: readonly Hunk[], start: number, end: number, other: readonly string[]): string[] {
  let from = start
  let to = end
  for (const hunk of hunks) {
    const shift = hunk.bEnd - hunk.bStart - (hunk.aEnd - hunk.aStart)
    if (hunk.aEnd < start || (hunk.aEnd === start && hunk.aStart < start)) from += shift
    if (hunk.aEnd <= end) to += shift
  }
  return other.slice(from, to)
}
