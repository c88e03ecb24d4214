import type { Variables } from '../env.ts'
import { type Fields, fields, items, scalar } from '../record.ts'

/** A service as its files state it, its paths relative to the repo root, and where each of its keys stands. */
export interface RawService {
  readonly name: string
  readonly data: Fields
  readonly sources: ReadonlyMap<string, string>
  readonly source: string
  /** Keys that are not merged with what they override. */
  readonly replaced: ReadonlySet<string>
  /** Variables that only the files of its include know. */
  readonly own: Variables
}

const APPENDED = new Set([
  'ports',
  'expose',
  'volumes',
  'secrets',
  'configs',
  'env_file',
  'profiles',
  'networks',
])
const MAPPED = new Set(['environment', 'labels', 'depends_on', 'build', 'deploy', 'healthcheck', 'networks'])

/** Lays one statement of a service over another, by Compose's rules for several files and for `extends`. */
export function mergeServices(under: RawService, over: RawService): RawService {
  const data: Record<string, unknown> = { ...under.data }
  for (const [key, value] of Object.entries(over.data)) {
    const before = data[key]
    if (before === undefined || before === null || over.replaced.has(key)) data[key] = value
    else if (APPENDED.has(key) && Array.isArray(before) && Array.isArray(value))
      data[key] = [...before, ...value]
    else if (MAPPED.has(key)) data[key] = { ...mapped(key, before), ...mapped(key, value) }
    else data[key] = value
  }
  return {
    data,
    sources: new Map([...under.sources, ...over.sources]),
    source: under.source,
    replaced: under.replaced,
    name: over.name,
    own: under.own,
  }
}

/** The long form of what may be short: `A=1`, `[default]`, `./api`. */
function mapped(key: string, value: unknown): Fields {
  if (key === 'build' && typeof value === 'string') return { context: value }
  if (!Array.isArray(value)) return fields(value)
  return Object.fromEntries(
    items(value).map(item => {
      const [name = '', ...rest] = (scalar(item) ?? '').split('=')
      return [name, key === 'networks' || rest.length === 0 ? null : rest.join('=')]
    }),
  )
}

/** Environment, labels and the like as a record, whatever their form. */
export const record = (key: string, value: unknown): Fields => mapped(key, value)
