import type { ParsedConfig } from '../config/parse.ts'
import type { ServiceConfig } from '../config/schema.ts'
import { UserError } from '../errors.ts'
import type { Module } from '../modules/module.ts'
import type { Registry } from '../modules/registry.ts'
import { closest } from '../suggest.ts'
import { type RequestRow, withPrefix } from './row.ts'
import type { ModuleRuntime } from './runtime.ts'

const PREFIX = /^([a-zA-Z_][a-zA-Z0-9_]*)?$/

/** How a service names its requests, and what its process says besides. */
export interface Naming {
  readonly requests: RequestRow | undefined
  readonly runtime: ModuleRuntime | undefined
}

/**
 * The row of the metric map that a service goes by: its own names, the library it says it uses, or the one its kind
 * proposes first; none for what serves no requests. A library of another kind brings that kind's runtime along.
 * @throws UserError with the place in vigie.yaml
 */
export function chooseNaming(
  name: string,
  service: ServiceConfig,
  module: Module,
  settings: Readonly<Record<string, unknown>>,
  registry: Registry,
  parsed: ParsedConfig,
): Naming {
  refuseUnserved(name, service, module, parsed)
  const { row, owner } = service.map
    ? { row: service.map, owner: module }
    : libraryRow(name, service, module, registry, parsed)
  refuseUnmeasured(name, service, row, parsed)
  const requests = row && ownRow(name, row, service, settings, parsed)
  return { requests, runtime: row?.runtime ?? owner.manifest.runtime }
}

/** The row with what only this service has: its prefix, and where it is scraped, which is no traffic. */
function ownRow(
  name: string,
  row: RequestRow,
  { metricsPath }: ServiceConfig,
  settings: Readonly<Record<string, unknown>>,
  parsed: ParsedConfig,
): RequestRow {
  const scraped =
    metricsPath === undefined || row.route === undefined
      ? []
      : [metricsPath.replace(/[.?+*()[\]|^$]/g, '[$&]')]
  const own = { ...row, ignore: [...row.ignore, ...scraped] }
  const { prefix } = settings
  if (typeof prefix !== 'string') return own
  if (!PREFIX.test(prefix))
    throw new UserError(`"${prefix}" cannot begin the name of a metric.`, {
      at: parsed.place(['services', name, 'prefix']),
      hint: 'Letters, digits and "_", without a digit in front.',
    })
  return withPrefix(own, prefix)
}

function refuseUnserved(name: string, service: ServiceConfig, module: Module, parsed: ParsedConfig): void {
  const key = (['library', 'map', 'counters', 'slo', 'thresholds'] as const).find(
    one => service[one] !== undefined,
  )
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

/** The row, and the module that it is of. */
function libraryRow(
  name: string,
  { library }: ServiceConfig,
  module: Module,
  registry: Registry,
  parsed: ParsedConfig,
): { row: RequestRow | undefined; owner: Module } {
  const own = module.manifest.requests ?? {}
  if (library === undefined) return { row: Object.values(own)[0], owner: module }
  const all = [module, ...registry.all()]
  for (const owner of all) {
    const row = owner.manifest.requests?.[library]
    if (row) return { row, owner }
  }
  const known = [...new Set(all.flatMap(one => Object.keys(one.manifest.requests ?? {})))].sort()
  const near = closest(library, known)
  throw new UserError(`Unknown library "${library}"${near ? ` — did you mean "${near}"?` : '.'}`, {
    at: parsed.place(['services', name, 'library']),
    hint: `Known are ${known.join(', ')}. For names of your own, use  map:`,
  })
}
