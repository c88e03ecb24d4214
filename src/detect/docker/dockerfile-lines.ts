/** An instruction of a Dockerfile, on one line. */
export interface Line {
  readonly instruction: string
  readonly rest: string
  readonly number: number
}

export const is =
  (instruction: string) =>
  (line: Line): boolean =>
    line.instruction === instruction

/** Instructions with their continuation lines joined; comments and here-documents dropped. */
export function linesOf(text: string): Line[] {
  const found: Line[] = []
  const physical = text.split(/\r?\n/)
  for (let at = 0; at < physical.length; at++) {
    const number = at + 1
    if (/^\s*(#|$)/.test(physical[at] ?? '')) continue
    const { whole, end } = joined(physical, at)
    const [, instruction = '', rest = ''] = /^\s*([A-Za-z]+)\s+(.*)$/s.exec(whole) ?? []
    at = afterHereDocument(whole, physical, end)
    if (instruction !== '') found.push({ instruction: instruction.toUpperCase(), rest: rest.trim(), number })
  }
  return found
}

const CONTINUES = /[\\`]\s*$/

/** A line and those that continue it, without the comments between them. */
function joined(physical: readonly string[], start: number): { whole: string; end: number } {
  const parts: string[] = []
  let end = start
  for (; end < physical.length; end++) {
    const line = physical[end] ?? ''
    const isComment = end > start && /^\s*#/.test(line)
    if (!isComment) parts.push(line.replace(CONTINUES, ''))
    if (!isComment && !CONTINUES.test(line)) break
  }
  return { whole: parts.join(' '), end }
}

function afterHereDocument(whole: string, physical: readonly string[], end: number): number {
  const word = /^\s*(?:RUN|COPY)\b.*<<-?["']?(\w+)/i.exec(whole)?.[1]
  const close = word === undefined ? -1 : physical.findIndex((line, at) => at > end && line.trim() === word)
  return close < 0 ? end : close
}
