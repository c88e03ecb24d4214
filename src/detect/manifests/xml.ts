import { lineAt, type Mistake } from './dependency.ts'

const TAG = /<(\/?)([A-Za-z_][\w.:-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>/g

/** What stands between two marks blanked, every other character where it was. */
export function without(text: string, start: string, end: string): string {
  const parts: string[] = []
  let done = 0
  for (let from = text.indexOf(start); from >= 0; from = text.indexOf(start, done)) {
    const close = text.indexOf(end, from + start.length)
    if (close < 0) break
    const to = close + end.length
    parts.push(text.slice(done, from), text.slice(from, to).replace(/[^\n]/g, ' '))
    done = to
  }
  return parts.join('') + text.slice(done)
}

/** Elements blanked, with all that is in them. */
export const withoutElements = (xml: string, ...names: readonly string[]): string =>
  names.reduce((rest, name) => without(rest, `<${name}>`, `</${name}>`), xml)

export const withoutComments = (xml: string): string => without(xml, '<!--', '-->')

/** The first element that is not closed, or not open. */
export function mistakeIn(text: string): Mistake | undefined {
  const xml = without(without(withoutComments(text), '<![CDATA[', ']]>'), '<?', '?>')
  const open: { readonly name: string; readonly at: number }[] = []
  const mistake = (one: { name: string; at: number } | undefined, what: string): Mistake | undefined =>
    one && { message: `It is not valid XML: <${one.name}> is not ${what}.`, line: lineAt(text, one.at) }
  for (const { 1: slash, 2: name = '', 3: rest = '', index } of xml.matchAll(TAG)) {
    if (slash !== '/' && !rest.endsWith('/')) open.push({ name, at: index })
    if (slash !== '/') continue
    const last = open.pop()
    if (last === undefined) return mistake({ name, at: index }, 'open')
    if (last.name !== name) return mistake(last, 'closed')
  }
  return mistake(open.at(-1), 'closed')
}

/** What the first element of a name holds, where that is text. */
export const tag = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]?.trim()
