import type { ParsedConfig } from '../config/parse.ts'
import type { ServiceConfig } from '../config/schema.ts'
import { UserError } from '../errors.ts'
import type { Module } from '../modules/module.ts'
import type { Registry } from '../modules/registry.ts'
import { closest } from '../suggest.ts'
import { type RequestRow, withPrefix } from './row.ts'

const PREFIX = /^([a-zA-Z_][a-zA-Z0-9_]*)?$/

/**
 * The row of the metric map that a service goes by: its own names, the library it says it uses, or the one its kind
 * proposes first. Undefined for what serves no requests.
 * @throws UserError with the place in vigie.yaml
 */
export function chooseRow(
  name: string,
  service: ServiceConfig,
  module: Module,
  settings: Readonly<Record<string, unknown>>,
  registry: Registry,
  parsed: ParsedConfig,
): RequestRow | undefined {
  refuseUnserved(name, service, module, parsed)
  const row = service.map ?? libraryRow(name, service, module, registry, parsed)
  refuseUnmeasured(name, service, row, parsed)
  const { prefix } = settings
  if (row === undefined || typeof prefix !== 'string') return row
  if (!PREFIX.test(prefix))
    throw new UserError(`"${prefix}" cannot begin the name of a metric.`, {
      at: parsed.place(['services', name, 'prefix']),
      hint: 'Letters, digits and "_", without a digit in front.',
    })
  return withPrefix(row, prefix)
}

function refuseUnserved(name: string, service: ServiceConfig, module: Module, parsed: ParsedConfig): void {
  const key = (['library', 'map', 'counters', 'slo'] as const).find(one => service[one] !== undefined)
  if (key === undefined || module.manifest.layer === 'app') return
  throw new UserError(
    `Service "${name}": "${key}" is for applications, and ${module.manifest.title} is none.`,
    {
      at: parsed.place(['services', name, key]),
      hint: `delete "${key}" there`,
    },
  )
}

/** An objective needs requests, one on latency a histogram. */
function refuseUnmeasured(
  name: string,
  { slo }: ServiceConfig,
  row: RequestRow | undefined,
  parsed: ParsedConfig,
): void {
  if (slo === undefined) return
  const at = parsed.place(['services', name, 'slo'])
  if (row === undefined)
    throw new UserError(`Service "${name}" has an slo, but nothing says how its requests are named.`, {
      at,
      hint: 'Give it the kind of its framework, or  map: { duration: …, status: … }',
    })
  if (slo.latency && (row.duration === undefined || row.summary))
    throw new UserError(
      `Service "${name}": an objective on latency needs a histogram, and its library has none.`,
      { at, hint: 'delete "latency" there, or measure durations as a histogram' },
    )
}

function libraryRow(
  name: string,
  { library }: ServiceConfig,
  module: Module,
  registry: Registry,
  parsed: ParsedConfig,
): RequestRow | undefined {
  const own = module.manifest.requests ?? {}
  if (library === undefined) return Object.values(own)[0]
  if (own[library]) return own[library]
  const all = Object.assign({}, ...registry.all().map(one => one.manifest.requests ?? {})) as Record<
    string,
    RequestRow
  >
  if (all[library]) return all[library]
  const near = closest(library, Object.keys(all))
  throw new UserError(`Unknown library "${library}"${near ? ` — did you mean "${near}"?` : '.'}`, {
    at: parsed.place(['services', name, 'library']),
    hint: `Known are ${Object.keys(all).sort().join(', ')}. For names of your own, use  map:`,
  })
}
