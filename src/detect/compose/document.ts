import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type LineCounter,
  type Pair,
  type YAMLMap,
} from 'yaml'
import { composeText } from '../../core/compose-text.ts'
import type { Place } from '../../core/errors.ts'
import type { Warning } from '../detection.ts'
import { type Fields, fields, items } from '../record.ts'
import { dataOf, documentsIn, readYaml } from './yaml.ts'

/** A Compose file as data, and where its services and their keys stand. */
export interface ComposeDocument {
  readonly path: string
  readonly data: Fields
  readonly services: Fields
  readonly includes: readonly { readonly given: unknown; readonly at: Place }[]
  /** What is wrong with it; the rest is read all the same. */
  readonly problems: readonly Warning[]
  /** `compose.yaml:12`, of a service or of one of its keys. */
  source(service: string, key?: string): string
  /** The keys of a service that replace what they override (`!override`) or take it away (`!reset`). */
  replaced(service: string): readonly string[]
}

/** Reads the documents of a Compose file, of which each overrides those before it. */
export const parseCompose = (path: string, text: string): ComposeDocument[] =>
  documentsIn(text).map(one => parseDocument(path, one))

/** With merge keys resolved and whatever can be saved of a broken one. */
function parseDocument(path: string, text: string): ComposeDocument {
  const reading = readYaml(composeText(text), servicesIn)
  const { document, lines } = reading
  const converted = dataOf(reading)
  const data = fields(converted.data)
  const contents = isMap(document.contents) ? document.contents : undefined
  const node = contents?.get('services', true)
  const legacy = contents && !contents.has('services') && isLegacy(data)
  const map = legacy ? contents : isMap(node) ? node : undefined
  const pairs = new Map(
    (map?.items ?? []).map(pair => [isScalar(pair.key) ? String(pair.key.value) : '', pair]),
  )
  return {
    path,
    data,
    services: legacy ? data : fields(data.services),
    includes: items(data.include).map((given, index) => ({
      given,
      at: { file: path, line: lineOfItem(contents, 'include', index, lines) },
    })),
    problems: converted.mistakes.map(({ message, line, column }) => ({
      message: `This Compose file is not valid YAML: ${message}`,
      at: { file: path, line, column },
    })),
    source: (service, key) => `${path}:${lineIn(pairs.get(service), key, lines)}`,
    replaced: service => {
      const keys = pairs.get(service)?.value
      return isMap(keys)
        ? keys.items.flatMap(item => (REPLACES.test(tagOf(item.value)) ? [String(item.key)] : []))
        : []
    },
  }
}

/** How many services of a document say what they run. */
function servicesIn({ contents }: Document.Parsed): number {
  const services = isMap(contents) ? contents.get('services', true) : undefined
  if (!isMap(services)) return 0
  return services.items.filter(({ value }) => {
    if (!isMap(value)) return false
    const image = value.get('image')
    return (typeof image === 'string' && /^\S+$/.test(image)) || value.has('build') || value.has('extends')
  }).length
}

const REPLACES = /^!(override|reset)$/
const tagOf = (node: unknown): string => (isNode(node) ? (node.tag ?? '') : '')

/** The first format had no `services:`. */
const isLegacy = (data: Fields): boolean => {
  const values = Object.values(data).map(fields)
  return values.length > 0 && values.every(value => 'image' in value || 'build' in value)
}

function lineIn(pair: Pair | undefined, key: string | undefined, lines: LineCounter): number {
  const isIt = (item: Pair): boolean => isScalar(item.key) && String(item.key.value) === key
  const inner = key !== undefined && isMap(pair?.value) ? pair.value.items.find(isIt) : undefined
  return lineOf(inner?.key ?? pair?.key, lines)
}

function lineOfItem(map: YAMLMap | undefined, key: string, index: number, lines: LineCounter): number {
  const list = map?.get(key, true)
  return lineOf(isSeq(list) ? list.items[index] : list, lines)
}

const lineOf = (node: unknown, lines: LineCounter): number =>
  isNode(node) && node.range ? lines.linePos(node.range[0]).line : 1
