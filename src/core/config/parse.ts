import * as v from 'valibot'
import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml'
import { CONFIG_FILE } from '../conventions.ts'
import { type Place, SEE_REFERENCE, UserError } from '../errors.ts'
import { closest } from '../suggest.ts'
import { CONFIG_VERSION } from './migrations.ts'
import { type Config, ConfigSchema } from './schema.ts'

type Path = readonly (string | number)[]

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
  if (error) {
    const at = lines.linePos(error.pos[0])
    throw new UserError(`This is not valid YAML: ${firstLine(error.message)}`, {
      at: { file, line: at.line, column: at.col },
      hint: 'mend that line; a value with : or # in it needs quotes',
    })
  }
  const data: unknown = document.toJS({ maxAliasCount: 100 })
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw new UserError('This file must be a list of keys and values.', {
      at: { file, line: 1 },
      hint: 'its first line is  version: 1 ; docs/configuration.md has an example',
    })
  if ('version' in data) refuseOtherVersion(data.version, place(['version']))
  const result = v.safeParse(ConfigSchema, data)
  if (!result.success) throw issueError(result.issues[0], place)
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

function issueError(issue: v.BaseIssue<unknown>, place: (path: Path) => Place): UserError {
  const path = (issue.path ?? []).map(item => (typeof item.key === 'number' ? item.key : String(item.key)))
  const at = place(path)
  const name = printable(path.join('.'))
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    const key = String(path.at(-1))
    const near = closest(key, KEYS)
    return new UserError(`Unknown key "${key}"${near ? ` — did you mean "${near}"?` : '.'}`, {
      at,
      hint: SEE_REFERENCE,
    })
  }
  if (issue.received === 'undefined')
    return new UserError(`"${name}" is missing.`, { at, hint: SEE_REFERENCE })
  return new UserError(`"${name}" ${phrase(issue)}`, { at, hint: SEE_REFERENCE })
}

const KEYS = [
  ...[
    'version',
    'project',
    'output',
    'attach',
    'compose',
    'metrics',
    'runbooks',
    'stack',
    'services',
    'probes',
    'ignore',
    'alerts',
  ],
  ...[
    'prometheus',
    'alertmanager',
    'grafana',
    'cadvisor',
    'nodeExporter',
    'port',
    'url',
    'memory',
    'scrapeInterval',
  ],
  ...[
    'retention',
    'retentionSize',
    'mode',
    'listen',
    'receivers',
    'officeHours',
    'days',
    'from',
    'to',
    'timezone',
    'deadManSwitch',
    'urlFile',
    'user',
    'password',
    'database',
    'http',
    'status',
    'contains',
    'verify',
    'networks',
    'library',
    'counters',
  ],
]

function phrase(issue: v.BaseIssue<unknown>): string {
  if (issue.message.startsWith('must') || issue.message.startsWith('has') || issue.message.startsWith('is'))
    return `${issue.message}.`
  return `must be ${issue.expected}, not ${issue.received}.`
}

function placeOf(document: Document, lines: LineCounter, file: string, path: Path): Place {
  for (let length = path.length; length > 0; length--) {
    const offset = offsetOf(document, path.slice(0, length))
    if (offset === undefined) continue
    const { line, col } = lines.linePos(offset)
    return { file, line, column: col }
  }
  return { file, line: 1, column: 1 }
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

/** Hostile names are shown, not obeyed: on one line, and not for ever. */
function printable(text: string): string {
  const safe = JSON.stringify(text).slice(1, -1)
  return safe.length > 80 ? `${safe.slice(0, 80)}…` : safe
}

const firstLine = (text: string): string => text.split('\n')[0] ?? text
