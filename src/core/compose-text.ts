import { parseDocument } from 'yaml'

const MOST_LINES = 20
/** Looking once costs as much as reading. */
const MOST_TEXT = 200_000
/** Nothing but what closes a text or a list. */
const CLOSES = /^\s*["'\]}][\]}"',\s]*$/

/**
 * The text of a Compose file as Compose's own parser takes it: a quoted text or a list may be closed as far left as its key stands.
 * Such a line is moved to the right; every line keeps its number.
 */
export function composeText(text: string): string {
  let known = text
  if (text.length > MOST_TEXT) return text
  if (!text.split('\n').some(line => CLOSES.test(line))) return text
  for (let count = 0; count < MOST_LINES; count++) {
    const error = parseDocument(known, { prettyErrors: false, uniqueKeys: false }).errors[0]
    const end = error === undefined ? -1 : known.indexOf('\n', error.pos[0])
    const next = end < 0 ? undefined : /^.*/.exec(known.slice(end + 1))?.[0]
    if (error?.code !== 'MISSING_CHAR' || next === undefined || !CLOSES.test(next)) return known
    const before = /^\s*/.exec(known.slice(known.lastIndexOf('\n', end - 1) + 1, end))?.[0] ?? ''
    if (before.length <= next.length - next.trimStart().length) return known
    known = `${known.slice(0, end + 1)}${before}${next.trimStart()}${known.slice(end + 1 + next.length)}`
  }
  return known
}
