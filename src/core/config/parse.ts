import * as v from 'valibot'
import { type Document, isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml'
import { CONFIG_FILE } from '../conventions.ts'
import { type Place, UserError } from '../errors.ts'
import { issueError, type Path } from './issue.ts'
import { CONFIG_VERSION } from './migrations.ts'
import { type Config, ConfigSchema } from './schema.ts'

/** vigie.yaml as data, with the place of every key, so that later checks can point at it too. */
export interface ParsedConfig {
  readonly config: Config
  /** Line and column of the value at a path, or of its nearest parent. */
  place(path: Path): Place
}

/**
 * Reads vigie.yaml.
 * @throws UserError with file:line:column when it is not YAML, has a wrong value, or a key twice
 */
export function parseConfig(text: string, file: string = CONFIG_FILE): ParsedConfig {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const place = (path: Path): Place => placeOf(document, lines, file, path)
  const [error] = document.errors
  const at = (offset: number): Place => placeAt(lines, file, offset)
  if (error?.code === 'MULTIPLE_DOCS')
    throw new UserError('A second document begins here, and this file is one.', {
      at: at(error.pos[0]),
      hint: 'take the line  ---  out',
    })
  if (error?.code === 'DUPLICATE_KEY')
    throw new UserError('This key stands here twice.', {
      at: at(error.pos[0]),
      hint: 'give one of the two another name, or take it out',
    })
  if (error)
    throw new UserError(`This is not valid YAML: ${firstLine(error.message)}`, {
      at: at(error.pos[0]),
      hint: 'mend that line; a value with : or # in it needs quotes',
    })
  refuseReservedKeys(document, at)
  const data = dataOf(document, at)
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw new UserError('This file must be a list of keys and values.', {
      at: { file, line: 1 },
      hint: 'its first line is  version: 1 ; docs/configuration.md has an example',
    })
  if ('version' in data) refuseOtherVersion(data.version, place(['version']))
  const result = v.safeParse(ConfigSchema, data)
  if (!result.success) throw issueError(result.issues, place)
  refuseCaseTwins(Object.keys(result.output.services), place)
  return { config: result.output, place }
}

/** An older file is brought up to date only when asked; a newer one is not understood. */
function refuseOtherVersion(version: unknown, at: Place): void {
  if (typeof version !== 'number' || !Number.isInteger(version) || version === CONFIG_VERSION) return
  const older = version < CONFIG_VERSION
  throw new UserError(`This file is of version ${version}; this vigie reads version ${CONFIG_VERSION}.`, {
    at,
    hint: older ? 'vigie generate --upgrade   brings it up to date' : 'npx vigie@latest   reads it',
  })
}

function placeOf(document: Document, lines: LineCounter, file: string, path: Path): Place {
  for (let length = path.length; length > 0; length--) {
    const offset = offsetOf(document, path.slice(0, length))
    if (offset === undefined) continue
    return placeAt(lines, file, offset)
  }
  return { file, line: 1, column: 1 }
}

function placeAt(lines: LineCounter, file: string, offset: number): Place {
  const { line, col } = lines.linePos(offset)
  return { file, line, column: col }
}

/** Names that JavaScript gives a meaning of their own: a record would lose them without a word. */
const RESERVED: readonly unknown[] = ['__proto__', 'constructor', 'prototype']

function refuseReservedKeys(document: Document, at: (offset: number) => Place): void {
  visit(document, {
    Pair: (_, { key }) => {
      if (isScalar(key) && RESERVED.includes(key.value))
        throw new UserError(`"${key.value}" cannot be a name here.`, {
          at: at(key.range?.[0] ?? 0),
          hint: 'choose another name; the address of a service stays as it is',
        })
    },
  })
}

/** @throws UserError at the first alias when one leads nowhere, or when they grow without bounds */
function dataOf(document: Document, at: (offset: number) => Place): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    let first = 0
    visit(document, {
      Alias: (_, alias) => {
        first = alias.range?.[0] ?? 0
        return visit.BREAK
      },
    })
    throw new UserError(`The aliases of this file cannot be followed: ${firstLine(error.message)}`, {
      at: at(first),
      hint: 'write the value out instead of  *name',
    })
  }
}

/** The key's own offset for a map entry (that is what the eye looks for), the item's for a list. */
function offsetOf(document: Document, path: Path): number | undefined {
  const parent = document.getIn(path.slice(0, -1), true)
  const key = path.at(-1)
  const whole = path.length === 1 ? document.contents : parent
  if (isMap(whole)) {
    const pair = whole.items.find(item => isScalar(item.key) && String(item.key.value) === String(key))
    if (pair && isScalar(pair.value) && pair.value.range) return pair.value.range[0]
    if (pair && isScalar(pair.key) && pair.key.range) return pair.key.range[0]
    return undefined
  }
  const node = document.getIn(path, true)
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
    ? Number(node.range[0])
    : undefined
}

/** Files are named after services, and some file systems know no case. */
function refuseCaseTwins(names: readonly string[], place: (path: Path) => Place): void {
  const seen = new Map<string, string>()
  for (const name of names) {
    const twin = seen.get(name.toLowerCase())
    if (twin)
      throw new UserError(`Services "${twin}" and "${name}" differ only in case.`, {
        at: place(['services', name]),
        hint: 'give one of them another name',
      })
    seen.set(name.toLowerCase(), name)
  }
}

const firstLine = (text: string): string => text.split('\n')[0] ?? text
