import {
  type CST,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseAllDocuments,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import { layOut } from './yaml-layout.ts'
import {
  dataOfItems,
  type ScalarStyle,
  type YCollection,
  type YDoc,
  type YItem,
  type YNode,
} from './yaml-node.ts'

/** Thrown inside the merge when a text cannot be edited without guessing; becomes a conflict with this reason. */
export class Unsafe extends Error {
  /** Where what does not parse stands. */
  readonly at: { readonly line: number; readonly column: number } | undefined

  constructor(message: string, at?: Unsafe['at']) {
    super(message)
    this.at = at
  }
}

/** What stands before a value: its indicator, tag and anchor. */
interface Place {
  readonly after: number
  readonly column: number
  readonly inFlow: boolean
  readonly tokens: readonly CST.SourceToken[]
}

/**
 * Takes YAML with a newline at its end and no BOM, returns its tree with offsets. Throws Unsafe for
 * what does not parse and for what the merge does not dare to touch.
 */
export function parseYaml(text: string): YDoc {
  const docs = parseAllDocuments(text, { keepSourceTokens: true, intAsBigInt: true, merge: false })
  if (!Array.isArray(docs) || docs.length === 0) return { text, root: undefined, anchors: new Map() }
  if (docs.length > 1) throw new Unsafe('several YAML documents in one file')
  const [doc] = docs
  const error = doc?.errors[0]
  if (error !== undefined) {
    const [at] = error.linePos ?? []
    const said = `not valid YAML: ${firstLine(error.message)}`
    throw new Unsafe(said, at && { line: at.line, column: at.col })
  }
  if (doc === undefined || doc.contents === null) return { text, root: undefined, anchors: new Map() }
  const anchors = new Map<string, number>()
  const place = { after: doc.contents.range?.[0] ?? 0, column: 0, inFlow: false, tokens: [] }
  const root = build(text, doc.contents, place, anchors)
  if (root.tag !== '' || root.anchored) throw new Unsafe('a tag or anchor on the whole document')
  const result = { text, root, anchors }
  layOut(result)
  return result
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/:$/, '')
}

function build(text: string, node: unknown, place: Place, anchors: Map<string, number>): YNode {
  const props = place.tokens.filter(token => token.type === 'tag' || token.type === 'anchor')
  const common = {
    props: props[0]?.offset,
    tag: props.find(token => token.type === 'tag')?.source ?? '',
    anchored: props.some(token => token.type === 'anchor'),
    after: place.after,
    column: place.column,
    inFlow: place.inFlow,
  }
  for (const token of props) {
    if (token.type === 'anchor') define(anchors, token.source)
  }
  if (isAlias(node) && !anchors.has(`&${node.source}`))
    throw new Unsafe(`*${node.source} has no anchor above it`)
  if ((isMap(node) || isSeq(node)) && node.srcToken !== undefined) {
    const collection = buildCollection(text, node, place.inFlow, anchors)
    const data = common.tag + collection.data
    return { ...common, ...collection, props: common.props ?? collection.start, data }
  }
  const last = props.at(-1)
  const empty = last === undefined ? place.after : last.offset + last.source.length
  const scalar = buildScalar(node, empty)
  return { ...common, ...scalar, props: common.props ?? scalar.start, data: `${common.tag}${scalar.data}` }
}

function define(anchors: Map<string, number>, name: string): void {
  anchors.set(name, (anchors.get(name) ?? 0) + 1)
}

function buildScalar(node: unknown, empty: number) {
  if (isAlias(node)) {
    const [start = empty, end = empty] = node.range ?? []
    return {
      kind: 'scalar' as const,
      style: 'alias' as const,
      value: `*${node.source}`,
      data: `*${node.source}`,
      start,
      end,
    }
  }
  if (!isScalar(node)) {
    // A pair written inside a flow list, `[a: b]`: left alone or replaced as one value.
    const [start = empty, end = empty] = isMap(node) ? (node.range ?? []) : []
    return {
      kind: 'scalar' as const,
      style: 'opaque' as const,
      value: undefined,
      data: `?${JSON.stringify(node)}`,
      start,
      end,
    }
  }
  const style = styleOf(node.srcToken?.type, node.source)
  const [start = empty, end = empty] = style === 'empty' ? [] : (node.range ?? [])
  return { kind: 'scalar' as const, style, value: node.value, data: scalarData(node.value), start, end }
}

function scalarData(value: unknown): string {
  return typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? String(value))
}

function styleOf(token: string | undefined, source: string | undefined): ScalarStyle {
  switch (token) {
    case 'single-quoted-scalar':
      return 'single'
    case 'double-quoted-scalar':
      return 'double'
    case 'block-scalar':
      return 'block'
    default:
      return token === undefined || source === '' ? 'empty' : 'plain'
  }
}

function buildCollection(
  text: string,
  node: YAMLMap | YAMLSeq,
  inFlow: boolean,
  anchors: Map<string, number>,
) {
  const token = node.srcToken
  const flow = token?.type === 'flow-collection'
  const kind: YCollection['kind'] = isMap(node) ? 'map' : 'seq'
  const items = isMap(node)
    ? node.items.map(pair => mapItem(text, pair, flow || inFlow, anchors))
    : seqItems(text, node, flow || inFlow, anchors)
  if (kind === 'map' && new Set(items.map(item => item.key)).size < items.length) {
    throw new Unsafe('two keys of a map read the same')
  }
  const [rangeStart = 0, rangeEnd = 0] = node.range ?? []
  const start = flow ? rangeStart : (items[0]?.start ?? rangeStart)
  const end = flow ? rangeEnd : (items.at(-1)?.value.end ?? rangeEnd)
  const data = dataOfItems(
    kind,
    items.map(item => [item.key, item.value.data]),
  )
  return { kind, flow, items, start, end, tail: end, data }
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1)
}

function item(text: string, key: string, keyText: string, start: number, value: YNode): YItem {
  return {
    key,
    keyText,
    start,
    column: columnOf(text, start),
    value,
    lead: start,
    stop: value.end,
    compact: false,
  }
}

function mapItem(text: string, pair: Pair, inFlow: boolean, anchors: Map<string, number>): YItem {
  const { key, value, srcToken } = pair
  if (!isScalar(key) || srcToken === undefined || key.range == null)
    throw new Unsafe('a map key that is not a plain word')
  if (srcToken.start.some(token => token.type === 'explicit-key-ind')) throw new Unsafe('an explicit key (?)')
  for (const token of srcToken.start) if (token.type === 'anchor') define(anchors, token.source)
  const start = srcToken.start.find(isProp)?.offset ?? key.range[0]
  const sep = srcToken.sep ?? []
  const colon = sep.find(token => token.type === 'map-value-ind')
  const after = colon === undefined ? key.range[1] : colon.offset + 1
  const place = { after, column: columnOf(text, start), inFlow, tokens: sep }
  const node = build(text, value, place, anchors)
  const name = typeof key.value === 'string' ? key.value : text.slice(key.range[0], key.range[1])
  return item(text, name, text.slice(start, key.range[1]), start, node)
}

function seqItems(text: string, node: YAMLSeq, inFlow: boolean, anchors: Map<string, number>): YItem[] {
  const tokens =
    node.srcToken?.type === 'flow-collection' || node.srcToken?.type === 'block-seq'
      ? node.srcToken.items
      : []
  const flow = node.srcToken?.type === 'flow-collection'
  const own = tokens.filter(({ start, key, value }) =>
    flow
      ? key != null || value !== undefined || start.some(isProp)
      : start.some(token => token.type === 'seq-item-ind'),
  )
  if (own.length !== node.items.length) throw new Unsafe('a list written in an unusual way')
  return node.items.map((value, i) => {
    const start = own[i]?.start ?? []
    const dash = start.find(token => token.type === 'seq-item-ind')
    if (flow) {
      const place = { after: 0, column: 0, inFlow: true, tokens: start }
      const built = build(text, value, place, anchors)
      return item(text, String(i), '', built.props, built)
    }
    if (dash === undefined) throw new Unsafe('a list written in an unusual way')
    const place = { after: dash.offset + 1, column: columnOf(text, dash.offset), inFlow, tokens: start }
    return item(text, String(i), '-', dash.offset, build(text, value, place, anchors))
  })
}

function isProp(token: CST.SourceToken): boolean {
  return token.type === 'anchor' || token.type === 'tag'
}
