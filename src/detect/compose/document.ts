import { isMap, isNode, isScalar, LineCounter, parseDocument, type YAMLMap } from 'yaml'
import type { Warning } from '../detection.ts'
import { type Fields, fields } from '../record.ts'

/** A Compose file as data, and where its services and their keys stand. */
export interface ComposeDocument {
  readonly path: string
  readonly data: Fields
  readonly services: Fields
  /** What is wrong with it; the rest is read all the same. */
  readonly problem: Warning | undefined
  /** `compose.yaml:12`, of a service or of one of its keys. */
  source(service: string, key?: string): string
  /** The keys of a service that replace what they override (`!override`) or take it away (`!reset`). */
  replaced(service: string): readonly string[]
}

/** Reads a Compose file, with merge keys resolved and whatever can be saved of a broken one. */
export function parseCompose(path: string, text: string): ComposeDocument {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    merge: true,
    prettyErrors: false,
    uniqueKeys: false,
  })
  const [error] = document.errors
  const at = error && lines.linePos(error.pos[0])
  let problem: Warning | undefined
  let data: Fields = {}
  if (error && at)
    problem = {
      message: `This Compose file is not valid YAML: ${error.message.split('\n')[0]}`,
      at: { file: path, line: at.line, column: at.col },
    }
  try {
    data = fields(document.toJS({ maxAliasCount: 1000 }))
  } catch (failure) {
    const why = failure instanceof Error ? failure.message.split('\n')[0] : String(failure)
    problem ??= { message: `This Compose file cannot be read: ${why}`, at: { file: path } }
  }
  const contents = isMap(document.contents) ? document.contents : undefined
  const node = contents?.get('services', true)
  const legacy = contents && !contents.has('services') && isLegacy(data)
  const map = legacy ? contents : isMap(node) ? node : undefined
  return {
    path,
    data,
    services: legacy ? data : fields(data.services),
    problem,
    source: (service, key) => `${path}:${lineIn(map, service, key, lines)}`,
    replaced: service => {
      const keys = pairOf(map, service)?.value
      return isMap(keys)
        ? keys.items.flatMap(item => (REPLACES.test(tagOf(item.value)) ? [String(item.key)] : []))
        : []
    },
  }
}

const REPLACES = /^!(override|reset)$/
const tagOf = (node: unknown): string => (isNode(node) ? (node.tag ?? '') : '')

/** The first format had no `services:`. */
const isLegacy = (data: Fields): boolean => {
  const values = Object.values(data).map(fields)
  return values.length > 0 && values.every(value => 'image' in value || 'build' in value)
}

function lineIn(
  map: YAMLMap | undefined,
  service: string,
  key: string | undefined,
  lines: LineCounter,
): number {
  const pair = pairOf(map, service)
  const inner = key !== undefined && isMap(pair?.value) ? pairOf(pair.value, key) : undefined
  const name = inner?.key ?? pair?.key
  return isScalar(name) && name.range ? lines.linePos(name.range[0]).line : 1
}

const pairOf = (map: YAMLMap | undefined, key: string) =>
  map?.items.find(item => isScalar(item.key) && String(item.key.value) === key)
