import { type Document, isMap, isNode, isScalar, LineCounter, type Pair, parseDocument, visit } from 'yaml'
import type { Fields } from '../record.ts'

/** Something that is wrong in a text; lines and columns count from 1. */
export interface Mistake {
  readonly message: string
  readonly line: number
  readonly column: number
}

/** A YAML text as far as it can be read. */
export interface Reading {
  readonly document: Document.Parsed
  readonly lines: LineCounter
  readonly mistakes: readonly Mistake[]
}

const MOST_READINGS = 10
/** Reading again costs as much as reading. */
const MOST_TEXT = 1_000_000

const MOST_DOCUMENTS = 50

/** The documents of a YAML text, each with empty lines where the others stand, so that its lines keep their numbers. */
export function documentsIn(text: string): string[] {
  const lines = text.split('\n')
  const parts: string[][] = [[]]
  for (const line of lines) {
    const part = parts.at(-1) ?? []
    const isNext =
      parts.length < MOST_DOCUMENTS && /^---(\s|$)/.test(line) && part.some(one => /^\s*[^\s#%]/.test(one))
    if (isNext) parts.push([...part.map(() => ''), line])
    else part.push(line)
  }
  return parts.map(part => part.join('\n'))
}

/** Reads YAML; where it is broken, again without the line that is wrong, and keeps the reading that is worth most. */
export function readYaml(text: string, worth: (document: Document.Parsed) => number): Reading {
  let now = reading(text, [])
  let best = now
  for (let count = 1; count < MOST_READINGS && count * text.length < MOST_TEXT; count++) {
    const rest = withoutMistake(now)
    if (rest === undefined) break
    now = reading(rest, now.mistakes)
    if (worth(now.document) > worth(best.document)) best = now
  }
  return best
}

type Attempt = Reading & { readonly text: string }

function reading(text: string, before: readonly Mistake[]): Attempt {
  const lines = new LineCounter()
  const options = { merge: true, prettyErrors: false, uniqueKeys: false, logLevel: 'error' } as const
  const document = parseDocument(text, { ...options, lineCounter: lines })
  const [error] = document.errors
  const at = error && lines.linePos(error.pos[0])
  const message =
    error?.code === 'MULTIPLE_DOCS'
      ? `It holds more than ${MOST_DOCUMENTS} documents, and only so many are read`
      : (error?.message.split('\n')[0] ?? '')
  const mistake = at && { message, line: at.line, column: at.col }
  return { text, document, lines, mistakes: mistake ? [...before, mistake] : before }
}

/** The text without the line of its mistake; undefined where there is none, or nothing left to leave out. */
function withoutMistake({ text, document, lines }: Attempt): string | undefined {
  const [error] = document.errors
  if (!error) return undefined
  const { line } = lines.linePos(quoteAround(document, error.pos[0]) ?? error.pos[0])
  const rest = text.split('\n')
  if ((rest[line - 1] ?? '').trim() === '') return undefined
  rest[line - 1] = ''
  return rest.join('\n')
}

/** A quote that is never closed is wrong where it starts, not where the text ends. */
function quoteAround(document: Document.Parsed, position: number): number | undefined {
  let start: number | undefined
  visit(document, {
    Scalar(_, node) {
      const [from, to] = node.range ?? [0, 0]
      if (node.type?.startsWith('QUOTE') && from < position && position <= to) start = from
    },
  })
  return start
}

/** Nobody repeats more; what does is made to fill the memory. */
const ALIASES = { maxAliasCount: 20_000 }
const MOST_EFFORT = 20_000_000
const DEEPEST = 3

/** A document as data. What cannot be is left out and told: an alias of nothing, what grows without end. */
export function dataOf({ document, lines, mistakes }: Reading): { data: unknown; mistakes: Mistake[] } {
  const found = [...mistakes]
  let effort = 0
  const convert = (node: unknown, pair: Pair | undefined, depth: number): unknown => {
    effort += document.range[2]
    try {
      return isNode(node) ? node.toJS(document, ALIASES) : undefined
    } catch (error) {
      if (isMap(node) && depth < DEEPEST && effort < MOST_EFFORT)
        return Object.assign({}, ...node.items.map(item => entry(item, depth + 1)))
      const key = pair && isNode(pair.key) ? pair.key : document.contents
      const { line, col } = lines.linePos(key?.range?.[0] ?? 0)
      const message = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
      found.push({ message, line, column: col })
      return undefined
    }
  }
  const entry = (pair: Pair, depth: number): Fields => {
    const key = isScalar(pair.key) ? String(pair.key.value) : ''
    const value = convert(pair.value, pair, depth)
    return key === '<<' ? Object.assign({}, value) : { [key]: value }
  }
  return { data: convert(document.contents, undefined, 0), mistakes: found }
}
