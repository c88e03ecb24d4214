import { diffLines, type Hunk } from './merge/diff.ts'
import { normalise } from './merge/eol.ts'

/** One file before and after; undefined where it is not there. */
export interface FileDiff {
  readonly path: string
  /** Its earlier path, when it was renamed. */
  readonly from?: string
  readonly before: string | undefined
  readonly after: string | undefined
}

const CONTEXT = 3

/** Takes two versions of a file, returns the unified diff; '' when they say the same. Line ends and BOM do not count. */
export function unifiedDiff({ path, from = path, before, after }: FileDiff): string {
  const [a, b] = [linesOf(before), linesOf(after)]
  const groups = grouped(diffLines(a, b))
  if (groups.length === 0 && (before === undefined) === (after === undefined)) return ''
  const old = before === undefined ? '/dev/null' : `a/${from}`
  const now = after === undefined ? '/dev/null' : `b/${path}`
  return [`--- ${old}`, `+++ ${now}`, ...groups.flatMap(group => hunkLines(group, a, b)), ''].join('\n')
}

/** A last line without its newline differs from one with it, and says so as git does. */
function linesOf(text: string | undefined): string[] {
  const plain = normalise(text ?? '')
  if (plain === '') return []
  return plain.endsWith('\n')
    ? plain.slice(0, -1).split('\n')
    : `${plain}\n\\ No newline at end of file`.split(/\n(?!\\ No newline at end of file$)/)
}

/** Changes with little between them share a header. */
function grouped(hunks: readonly Hunk[]): Hunk[][] {
  const groups: Hunk[][] = []
  for (const hunk of hunks) {
    const group = groups.at(-1)
    const last = group?.at(-1)
    if (group && last && hunk.aStart - last.aEnd <= 2 * CONTEXT) group.push(hunk)
    else groups.push([hunk])
  }
  return groups
}

function hunkLines(group: readonly Hunk[], a: readonly string[], b: readonly string[]): string[] {
  const [first, last] = [group[0], group.at(-1)]
  if (first === undefined || last === undefined) return []
  const lead = Math.min(CONTEXT, first.aStart)
  const tail = Math.min(CONTEXT, a.length - last.aEnd)
  const lines: string[] = []
  let at = first.aStart - lead
  for (const { aStart, aEnd, bStart, bEnd } of group) {
    lines.push(...a.slice(at, aStart).map(line => ` ${line}`))
    lines.push(...a.slice(aStart, aEnd).map(line => `-${line}`))
    lines.push(...b.slice(bStart, bEnd).map(line => `+${line}`))
    at = aEnd
  }
  lines.push(...a.slice(at, at + tail).map(line => ` ${line}`))
  const old = span(first.aStart - lead, last.aEnd + tail)
  const now = span(first.bStart - lead, last.bEnd + tail)
  return [`@@ -${old} +${now} @@`, ...lines]
}

/** `12,7`: first line and count; an empty stretch is named by the line before it. */
function span(start: number, end: number): string {
  const count = end - start
  const first = count === 0 ? start : start + 1
  return count === 1 ? String(first) : `${first},${count}`
}
