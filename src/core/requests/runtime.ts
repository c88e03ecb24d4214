import * as v from 'valibot'
import { Selector } from './row.ts'
import type { RecordingRule } from './rules.ts'
import { call, rate, select } from './selector.ts'

const Share = v.strictObject({ used: Selector, limit: Selector })

/** What a language's client library says about the process; every key is optional. */
export const RuntimeRow = v.strictObject({
  title: v.string(),
  /** Whether there is a dashboard of its own beside this row. */
  dashboard: v.optional(v.boolean(), false),
  start: v.optional(Selector),
  cpu: v.optional(Selector),
  cpuUnit: v.optional(v.picklist(['s', 'ns']), 's'),
  memory: v.optional(Selector),
  files: v.optional(Share),
  eventLoop: v.optional(Selector),
  /** Seconds spent in garbage collection, counted. */
  gc: v.optional(Selector),
  threads: v.optional(Selector),
  goroutines: v.optional(Selector),
  workers: v.optional(Share),
  heap: v.optional(Share),
})
export type RuntimeRow = v.InferOutput<typeof RuntimeRow>

const BY = 'job, service, instance'

/** The recording rules that write a runtime's own names onto the `app:*` series of the process. */
export function runtimeRules(row: RuntimeRow, ...matchers: readonly string[]): RecordingRule[] {
  const gauge = (name: 'sum' | 'max', selector: string): string =>
    call(`${name} by (${BY})`, select(selector, '', ...matchers))
  const counter = (selector: string): string => call(`sum by (${BY})`, rate(selector, '', ...matchers))
  const share = ({ used, limit }: v.InferOutput<typeof Share>): string =>
    `${gauge('sum', used)}\n/\n(\n${`${gauge('sum', limit)} > 0`.replace(/^/gm, '  ')}\n)`
  const rules: [string, string | undefined][] = [
    ['app:process_start_time_seconds:max', row.start && gauge('max', row.start)],
    ['app:process_cpu_cores:rate5m', row.cpu && `${counter(row.cpu)}${row.cpuUnit === 'ns' ? ' / 1e9' : ''}`],
    ['app:process_memory_bytes:sum', row.memory && gauge('sum', row.memory)],
    ['app:process_open_fds:ratio', row.files && share(row.files)],
    ['app:nodejs_eventloop_lag_p99_seconds:max', row.eventLoop && gauge('max', row.eventLoop)],
    ['app:gc_time:ratio_rate5m', row.gc && counter(row.gc)],
    ['app:threads:sum', row.threads && gauge('sum', row.threads)],
    ['app:goroutines:sum', row.goroutines && gauge('sum', row.goroutines)],
    ['app:workers_busy:ratio', row.workers && share(row.workers)],
    ['app:heap_used:ratio', row.heap && share(row.heap)],
  ]
  return rules.flatMap(([record, expr]) => (expr === undefined ? [] : [{ record, expr }]))
}
