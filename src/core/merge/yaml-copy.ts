import { normalise } from './eol.ts'
import { isCollection, type YDoc, type YItem, type YNode } from './yaml-node.ts'
import { Unsafe } from './yaml-parse.ts'

/** A list item or map entry of another text. */
export interface Source {
  readonly doc: YDoc
  readonly item: YItem
}

/** Moves every line but the first by `by` columns; a line that cannot move that far left goes as far as it can. */
export function shiftLines(text: string, by: number): string {
  if (by === 0) return text
  const move = (line: string): string => {
    if (line.trim() === '') return line
    if (by > 0) return ' '.repeat(by) + line
    return line.slice(Math.min(-by, line.length - line.trimStart().length))
  }
  return text
    .split('\n')
    .map((line, i) => (i === 0 ? line : move(line)))
    .join('\n')
}

/**
 * Takes an item of another text and a column, returns its lines for a block collection at that column,
 * comments included, ending in a newline. Leading blank lines are the caller's affair.
 */
export function copyBlock({ doc, item }: Source, column: number): string {
  const by = column - item.column
  const own = item.value.inFlow || item.compact
  const raw = own
    ? doc.text.slice(item.start, own && item.value.inFlow ? item.value.end : item.stop)
    : doc.text.slice(item.lead, item.stop)
  const lines = normalise(raw).replace(/^(?:[ \t]*\n)+/, '')
  if (item.value.inFlow) {
    if (lines.includes('\n')) throw new Unsafe('a long flow list would have to be rewritten')
    return `${' '.repeat(column)}${item.keyText === '' ? '- ' : ''}${lines}\n`
  }
  const whole = own ? ' '.repeat(column) + shiftLines(lines, by) : shiftLines(`\n${lines}`, by).slice(1)
  return whole.endsWith('\n') ? whole : `${whole}\n`
}

/** Takes an item of another text, returns it for use inside `[…]` or `{…}`, on one line. */
export function copyFlow({ doc, item }: Source): string {
  const value = flowText(doc, item.value)
  return item.keyText === '' || item.keyText === '-' ? value : `${item.keyText}: ${value}`
}

/** A value on one line. What is tagged, anchored or long is refused rather than rewritten. */
export function flowText(doc: YDoc, node: YNode): string {
  if (node.tag !== '' || node.anchored) throw new Unsafe('a tag or anchor inside a flow list')
  if (isCollection(node)) {
    const parts = node.items.map(item => copyFlow({ doc, item }))
    return node.kind === 'map' ? `{ ${parts.join(', ')} }` : `[${parts.join(', ')}]`
  }
  const source = doc.text.slice(node.start, node.end)
  const quoted = node.style === 'single' || node.style === 'double'
  if (!source.includes('\n') && (quoted || /^[^[\]{},#]+$/.test(source))) return source
  if (node.style === 'empty') return 'null'
  if (typeof node.value === 'string' && node.style !== 'alias') return JSON.stringify(node.value)
  throw new Unsafe('a value that cannot stand on one line')
}

/** Takes a scalar of another text and the user's it replaces; returns it quoted as the user quotes. */
export function scalarText(doc: YDoc, node: YNode, old: YNode): string {
  const source = doc.text.slice(node.props, node.end)
  if (node.kind !== 'scalar' || old.kind !== 'scalar' || typeof node.value !== 'string') return source
  if (node.style !== 'plain' && node.style !== 'single' && node.style !== 'double') return source
  if (node.style === old.style || node.props !== node.start || source.includes('\n')) return source
  if (old.style === 'double') return JSON.stringify(node.value)
  return old.style === 'single' ? `'${node.value.replaceAll("'", "''")}'` : source
}
