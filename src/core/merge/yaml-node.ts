/**
 * YAML as the merge sees it: the data, plus where each piece stands in the text. Everything is an
 * offset into that text, because a merge is a list of splices and never a reprint.
 */
export type YNode = YScalar | YCollection

interface Placed {
  /** The value itself, without tag and anchor; of a block collection up to its last value, comments excluded. */
  readonly start: number
  readonly end: number
  /** Where tag or anchor begin, else `start`. */
  readonly props: number
  readonly tag: string
  readonly anchored: boolean
  /** The offset after the `:` or `-` this value stands behind, and the column of its key or dash. */
  readonly after: number
  readonly column: number
  /** Inside `[…]` or `{…}`. */
  readonly inFlow: boolean
  /** The data as one string: equal exactly when tags and data are equal; map order does not count. */
  readonly data: string
}

export type ScalarStyle = 'plain' | 'single' | 'double' | 'block' | 'alias' | 'empty' | 'opaque'

export interface YScalar extends Placed {
  readonly kind: 'scalar'
  readonly style: ScalarStyle
  readonly value: unknown
}

export interface YCollection extends Placed {
  readonly kind: 'map' | 'seq'
  readonly flow: boolean
  readonly items: readonly YItem[]
  /** After the comments that still belong to a block collection: where the next item would go. */
  tail: number
}

/** A map entry or a list entry. */
export interface YItem {
  /** The key of a map entry; of a list entry its index, which says nothing. */
  readonly key: string
  readonly keyText: string
  /** Where the key or the dash begins, and its column. */
  readonly start: number
  readonly column: number
  readonly value: YNode
  /** Its block: leading blank and comment lines, its own lines, deeper comments after it. Whole lines, unless compact. */
  lead: number
  stop: number
  /** Shares its first line with the dash it stands behind: `- job_name: x`. */
  compact: boolean
}

export interface YDoc {
  readonly text: string
  readonly root: YNode | undefined
  /** How often each anchor is defined. */
  readonly anchors: ReadonlyMap<string, number>
}

export function isCollection(node: YNode | undefined): node is YCollection {
  return node !== undefined && node.kind !== 'scalar'
}

/** `key:` with nothing behind it, `~` or `null`. */
export function isNull(node: YNode): boolean {
  return node.kind === 'scalar' && node.value === null && node.tag === ''
}

export function dataOfItems(kind: 'map' | 'seq', parts: readonly (readonly [string, string])[]): string {
  if (kind === 'seq') return `[${parts.map(([, data]) => data).join(',')}]`
  const entries = parts.map(([key, data]) => `${JSON.stringify(key)}:${data}`)
  return `{${entries.sort().join(',')}}`
}

/** The text of an item with the comments that belong to it. */
export function blockText(doc: YDoc, item: YItem): string {
  return doc.text.slice(item.lead, Math.max(item.stop, item.value.end))
}

/** Takes two pieces of text, tells whether they say the same but for white space around lines and blank lines. */
export function sameWords(a: string, b: string): boolean {
  const words = (text: string): string =>
    text
      .split('\n')
      .map(line => line.trim())
      .filter(line => line !== '')
      .join('\n')
  return a === b || words(a) === words(b)
}
