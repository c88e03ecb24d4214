import * as v from 'valibot'
import type { RecordingRule } from './rules.ts'
import { call, rate, Selector, select } from './selector.ts'

/** The rows of templates/runtimes. */
export const RUNTIMES = [
  'beam',
  'dotnet',
  'dotnet-opentelemetry',
  'go',
  'jvm',
  'nodejs',
  'process',
  'python',
  'ruby',
] as const
export const RuntimeName = v.picklist(RUNTIMES, `must be one of ${RUNTIMES.join(', ')}`)

/** A gauge over its limit, or a gauge that is a share already. */
const Share = v.union([Selector, v.strictObject({ used: Selector, limit: Selector })])

/** What a language's client library says about the process; every key is optional. */
export const RuntimeRow = v.strictObject({
  /** The row of templates/runtimes that this one adds to. */
  base: v.optional(RuntimeName),
  title: v.optional(v.string()),
  /** Whether there is a dashboard of its own beside this row. */
  dashboard: v.optional(v.boolean()),
  start: v.optional(Selector),
  cpu: v.optional(Selector),
  cpuUnit: v.optional(v.picklist(['s', 'ns'])),
  memory: v.optional(Selector),
  files: v.optional(Share),
  eventLoop: v.optional(Selector),
  /** Seconds spent in garbage collection, counted. */
  gc: v.optional(Selector),
  /** Runs of the garbage collector, counted, where their time is not. */
  collections: v.optional(Selector),
  threads: v.optional(Selector),
  goroutines: v.optional(Selector),
  /** Processes of Erlang's virtual machine. */
  processes: v.optional(Share),
  workers: v.optional(Share),
  /** Work that waits for a free thread. */
  queue: v.optional(Selector),
  heap: v.optional(Share),
})
export type RuntimeRow = v.InferOutput<typeof RuntimeRow>

/** What the process of a module says: a row of templates/runtimes, or one of its own. */
export const ModuleRuntime = v.union([RuntimeName, RuntimeRow])
export type ModuleRuntime = v.InferOutput<typeof ModuleRuntime>

const BY = 'job, service, instance'

/** The recording rules that write a runtime's own names onto the `app:*` series of the process. */
export function runtimeRules(row: RuntimeRow, ...matchers: readonly string[]): RecordingRule[] {
  const gauge = (name: 'sum' | 'max', selector: string): string =>
    call(`${name} by (${BY})`, select(selector, '', ...matchers))
  const counter = (selector: string): string => call(`sum by (${BY})`, rate(selector, '', ...matchers))
  const share = (of: v.InferOutput<typeof Share>): string =>
    typeof of === 'string'
      ? gauge('max', of)
      : `${gauge('sum', of.used)}\n/\n(\n${`${gauge('sum', of.limit)} > 0`.replace(/^/gm, '  ')}\n)`
  const rules: [string, string | undefined][] = [
    ['app:process_start_time_seconds:max', row.start && gauge('max', row.start)],
    ['app:process_cpu_cores:rate5m', row.cpu && `${counter(row.cpu)}${row.cpuUnit === 'ns' ? ' / 1e9' : ''}`],
    ['app:process_memory_bytes:sum', row.memory && gauge('sum', row.memory)],
    ['app:process_open_fds:ratio', row.files && share(row.files)],
    ['app:nodejs_eventloop_lag_p99_seconds:max', row.eventLoop && gauge('max', row.eventLoop)],
    ['app:gc_time:ratio_rate5m', row.gc && counter(row.gc)],
    ['app:gc_collections:rate5m', row.collections && counter(row.collections)],
    ['app:threads:sum', row.threads && gauge('sum', row.threads)],
    ['app:goroutines:sum', row.goroutines && gauge('sum', row.goroutines)],
    ['app:beam_processes:ratio', row.processes && share(row.processes)],
    ['app:workers_busy:ratio', row.workers && share(row.workers)],
    ['app:threadpool_queue:sum', row.queue && gauge('sum', row.queue)],
    ['app:heap_used:ratio', row.heap && share(row.heap)],
  ]
  return rules.flatMap(([record, expr]) => (expr === undefined ? [] : [{ record, expr }]))
}
