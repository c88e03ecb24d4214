/** Lines [aStart, aEnd) of the old text became lines [bStart, bEnd) of the new one. */
export interface Hunk {
  readonly aStart: number
  readonly aEnd: number
  readonly bStart: number
  readonly bEnd: number
}

/** Above this many cells the table costs more than a good diff is worth; the middle is then one hunk. */
const MAX_CELLS = 16_000_000

/** Takes two lists of lines, returns the differing stretches in order (longest common subsequence). */
export function diffLines(a: readonly string[], b: readonly string[]): Hunk[] {
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  )
    tail++
  const middle = diffMiddle(a.slice(head, a.length - tail), b.slice(head, b.length - tail))
  return middle.map(hunk => ({
    aStart: hunk.aStart + head,
    aEnd: hunk.aEnd + head,
    bStart: hunk.bStart + head,
    bEnd: hunk.bEnd + head,
  }))
}

function diffMiddle(a: readonly string[], b: readonly string[]): Hunk[] {
  if (a.length === 0 && b.length === 0) return []
  const whole = { aStart: 0, aEnd: a.length, bStart: 0, bEnd: b.length }
  if (a.length * b.length > MAX_CELLS || a.length === 0 || b.length === 0) return [whole]
  const width = b.length + 1
  const lengths = commonLengths(a, b)
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0
  const hunks: Hunk[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i++
      j++
      continue
    }
    const drop = j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))
    grow(hunks, i, j, drop)
    if (drop) i++
    else j++
  }
  return hunks
}

/** One more line dropped or added at (i, j): part of the last hunk when that ends right there. */
function grow(hunks: Hunk[], i: number, j: number, drop: boolean): void {
  const last = hunks.at(-1)
  const joins = last !== undefined && last.aEnd === i && last.bEnd === j
  const { aStart, bStart } = joins ? last : { aStart: i, bStart: j }
  if (joins) hunks.pop()
  hunks.push({ aStart, aEnd: i + (drop ? 1 : 0), bStart, bEnd: j + (drop ? 0 : 1) })
}

/** Cell (i, j) is the length of the longest common subsequence of a[i…] and b[j…]. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint32Array {
  const width = b.length + 1
  const lengths = new Uint32Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const below = lengths[(i + 1) * width + j] ?? 0
      const right = lengths[i * width + j + 1] ?? 0
      const diagonal = lengths[(i + 1) * width + j + 1] ?? 0
      lengths[i * width + j] = a[i] === b[j] ? diagonal + 1 : Math.max(below, right)
    }
  }
  return lengths
}
