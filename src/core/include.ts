import { isMap, isSeq, parseDocument } from 'yaml'

/**
 * The user's Compose file with the stack in its `include`, every other byte untouched; undefined when it cannot be added
 * safely (an `include` in flow style, or several documents).
 * @param output the stack's folder, relative to the Compose file
 */
export function includeStack(text: string, output: string): string | undefined {
  const document = parseDocument(text)
  if (document.errors.length > 0 || (document.contents !== null && !isMap(document.contents)))
    return undefined
  const entry = `- path: [${output}/compose.yaml, ${output}/compose.override.yaml]`
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const present = document.get('include')
  if (present === undefined)
    return insertAtTop(text, document.contents, `include:${eol}  ${entry}${eol}${eol}`)
  if (!isSeq(present) || present.flow || !present.range) return undefined
  if (JSON.stringify(present.toJSON()).includes(`"${output}/compose.yaml"`)) return text
  const [start, end] = present.range
  const column = start - (text.lastIndexOf('\n', start - 1) + 1)
  const before = text.slice(0, end)
  const gap = before.endsWith('\n') ? '' : eol
  return `${before}${gap}${' '.repeat(column)}${entry}${gap === '' ? eol : ''}${text.slice(end)}`
}

/** The file's first key, behind leading comments, is where a reader looks for includes. */
function insertAtTop(text: string, contents: unknown, block: string): string {
  const first = isMap(contents) ? contents.items[0]?.key : undefined
  const at =
    typeof first === 'object' && first !== null && 'range' in first && Array.isArray(first.range)
      ? Number(first.range[0])
      : text.length
  return `${text.slice(0, at)}${block}${text.slice(at)}`
}

/** The root Makefile with the stack's targets, or undefined when it already has one of them. */
export function includeMakefile(text: string, output: string): string | undefined {
  const line = `include ${output}/vigie.mk`
  if (text.split(/\r?\n/).some(one => one.trim() === line)) return text
  if (/^(up|down|logs|status|reload|check|doctor)\s*:/m.test(text)) return undefined
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${text === '' ? '' : '\n'}${line}\n`
}
