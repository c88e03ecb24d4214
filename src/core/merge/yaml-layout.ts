import { isCollection, type YCollection, type YDoc } from './yaml-node.ts'

/**
 * Decides to which item every blank and comment line belongs, by the one thing people signal it with:
 * indentation. A comment deeper than the items belongs to the item above, the others to the item
 * below. What stands above the first blank line of the file is its header and belongs to nobody.
 */
export function layOut(doc: YDoc): void {
  if (!isCollection(doc.root) || doc.root.flow) return
  const first = doc.root.items[0]
  if (first === undefined) return
  place(doc.text, doc.root, headerEnd(doc.text, lineStart(doc.text, first.start)), doc.text.length)
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1
}

/** The start of the next line; a block scalar already ends there. */
export function lineEnd(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === '\n') return offset
  const newline = text.indexOf('\n', offset)
  return newline === -1 ? text.length : newline + 1
}

/** `lead` is where the lines of the first item begin, `limit` where the lines of the parent's item end. */
function place(text: string, collection: YCollection, lead: number, limit: number): void {
  let begin = lead
  collection.items.forEach((item, i) => {
    const next = collection.items[i + 1]
    const bound = next === undefined ? limit : lineStart(text, next.start)
    item.compact = i === 0 && begin > lineStart(text, item.start)
    item.lead = item.compact ? item.start : begin
    const own = Math.min(lineEnd(text, item.value.end), bound)
    item.stop = commentsEnd(text, own, bound, item.column + 1)
    begin = item.stop
    placeInside(text, item.value, item.stop)
  })
  collection.tail =
    collection.items[0]?.column === 0
      ? begin
      : commentsEnd(text, begin, limit, collection.items[0]?.column ?? 0)
}

function placeInside(text: string, value: YCollection['items'][number]['value'], limit: number): void {
  if (!isCollection(value) || value.flow) return
  const first = value.items[0]
  if (first === undefined) return
  // An anchor or tag may stand on the key's line or on its own: the first item begins below it.
  const before = value.props === value.start ? value.after : Math.max(value.after, value.props)
  place(text, value, lineEndAfter(text, before), limit)
}

function lineEndAfter(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset)
  return newline === -1 ? text.length : newline + 1
}

/** The end of the last comment line in [from, to) that is indented by at least `column`. */
function commentsEnd(text: string, from: number, to: number, column: number): number {
  let end = from
  for (let at = from; at < to; ) {
    const next = lineEndAfter(text, at)
    const line = text.slice(at, next)
    const indent = line.length - line.trimStart().length
    if (line.trim() !== '' && !line.trimStart().startsWith('#')) break
    if (line.trim() !== '' && indent >= column) end = next
    at = next
  }
  return end
}

/** Where the comments directly above the first key begin, if a blank line parts them from what is above. */
function headerEnd(text: string, firstLine: number): number {
  let at = firstLine
  while (at > 0) {
    const above = lineStart(text, at - 1)
    const line = text.slice(above, at).trim()
    if (line === '') return at
    if (!line.startsWith('#')) return firstLine
    at = above
  }
  return firstLine
}
