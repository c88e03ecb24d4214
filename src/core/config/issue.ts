import type * as v from 'valibot'
import { type Place, SEE_REFERENCE, UserError } from '../errors.ts'
import { closest } from '../suggest.ts'
import { ConfigSchema } from './schema.ts'

export type Path = readonly (string | number)[]
type Issue = v.BaseIssue<unknown>

/** What is wrong with a vigie.yaml, in one sentence: an unknown key before what is missing because of it. */
export function issueError(issues: readonly [Issue, ...Issue[]], place: (path: Path) => Place): UserError {
  const issue = issues.find(isUnknownKey) ?? issues[0]
  const path = (issue.path ?? []).map(item => (typeof item.key === 'number' ? item.key : String(item.key)))
  const at = place(path)
  if (isUnknownKey(issue)) return unknownKey(path, at)
  const name = printable(path.join('.'))
  const said = issue.received === 'undefined' ? 'is missing.' : phrase(issue)
  return new UserError(`"${name}" ${said}`, { at, hint: SEE_REFERENCE })
}

const isUnknownKey = (issue: Issue): boolean => issue.type === 'strict_object' && issue.expected === 'never'

function unknownKey(path: Path, at: Place): UserError {
  const key = String(path.at(-1))
  const known = keysAt(ConfigSchema, path.slice(0, -1))
  const near = closest(key, known)
  return new UserError(`Unknown key "${printable(key)}"${near ? ` — did you mean "${near}"?` : '.'}`, {
    at,
    hint: known.length > 0 ? `known here: ${known.join(', ')}` : SEE_REFERENCE,
  })
}

/** The keys that the schema knows at a path. */
function keysAt(schema: unknown, path: Path): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  if ('wrapped' in schema) return keysAt(schema.wrapped, path)
  if ('pipe' in schema && Array.isArray(schema.pipe) && schema.pipe[0] !== schema)
    return keysAt(schema.pipe[0], path)
  const [key, ...rest] = path
  if ('entries' in schema && typeof schema.entries === 'object' && schema.entries !== null) {
    const entries = new Map<string, unknown>(Object.entries(schema.entries))
    return key === undefined ? [...entries.keys()] : keysAt(entries.get(String(key)), rest)
  }
  if ('item' in schema) return keysAt(schema.item, rest)
  return 'value' in schema ? keysAt(schema.value, rest) : []
}

function phrase(issue: Issue): string {
  if (/^(must|has|is)\b/.test(issue.message)) return `${issue.message}.`
  return `must be ${inWords(issue.expected ?? '')}, not ${inWords(issue.received)}.`
}

const WORDS: Readonly<Record<string, string>> = {
  Object: 'a list of keys and values',
  Array: 'a list',
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  null: 'empty',
}

/** Types as people say them: `("a" | "b")` is `"a" or "b"`, and `>=1` is `at least 1`. */
function inWords(type: string): string {
  const alternatives = type.replace(/^\((.*)\)$/s, '$1').split(' | ')
  const words = alternatives.map(one =>
    (WORDS[one] ?? printable(one, '')).replace(/^>=/, 'at least ').replace(/^<=/, 'at most '),
  )
  return words.length === 1 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

/** Hostile names are shown, not obeyed: on one line, and not for ever. */
function printable(text: string, quote = '"'): string {
  const safe = quote === '"' ? JSON.stringify(text).slice(1, -1) : text.replace(/\s+/g, ' ')
  return safe.length > 80 ? `${safe.slice(0, 80)}…` : safe
}
