import { execFileSync } from 'node:child_process'
import { hasData, type Observed } from '../../test/e2e/service-stack.ts'
import { panelQueries } from '../../test/e2e/stack.ts'

interface Target {
  readonly health: string
  readonly labels: Readonly<Record<string, string>>
  readonly lastError: string
  readonly lastScrapeDuration: number
}
interface Sample {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [number, string]
}

export interface TargetRow {
  readonly target: string
  readonly kind: string
  readonly health: string
  readonly seconds: number
  /** Samples that the target serves, and those that Prometheus keeps of them. */
  readonly served: number
  readonly kept: number
  readonly error: string
}

/** Every target of the stack, sorted by name; Grafana is left out where its image cannot run. */
export async function targetRows(stack: Observed, hasGrafana: boolean): Promise<TargetRow[]> {
  const { activeTargets } = await stack.prometheus<{ activeTargets: Target[] }>('targets')
  const served = await byTarget(stack, 'scrape_samples_scraped')
  const kept = await byTarget(stack, 'scrape_samples_post_metric_relabeling')
  return activeTargets
    .filter(({ labels }) => hasGrafana || labels.service !== 'grafana')
    .map(({ labels, health, lastError, lastScrapeDuration }) => ({
      target: name(labels),
      kind: labels.job ?? '',
      health,
      seconds: lastScrapeDuration,
      served: served.get(name(labels)) ?? 0,
      kept: kept.get(name(labels)) ?? 0,
      error: lastError,
    }))
    .sort((a, b) => (a.target < b.target ? -1 : 1))
}

const name = (labels: Readonly<Record<string, string>>): string =>
  [labels.service ?? labels.job, labels.page, labels.probe].filter(Boolean).join(' ')

async function byTarget(stack: Observed, query: string): Promise<Map<string, number>> {
  const { result } = await stack.prometheus<{ result: Sample[] }>('query', { query })
  return new Map(result.map(({ metric, value }) => [name(metric), Number(value[1])]))
}

export interface DashboardRow {
  readonly dashboard: string
  readonly panels: number
  /** Panels without a number in any of their queries, and without a word for that. */
  readonly empty: readonly string[]
}

/** What a panel says that has no word of its own for being empty. */
const NO_DATA = 'No data'

export async function dashboardRows(stack: Observed): Promise<DashboardRow[]> {
  const queries = panelQueries(stack.root)
  const isFilled = await Promise.all(
    queries.map(async ({ expr, empty = NO_DATA }) => empty !== NO_DATA || hasData(stack, expr)),
  )
  return [...new Set(queries.map(query => query.dashboard))].sort().map(dashboard => {
    const own = queries
      .map((query, at) => ({ ...query, isFilled: isFilled[at] }))
      .filter(one => one.dashboard === dashboard)
    const panels = new Set(own.map(query => query.panel))
    const filled = new Set(own.filter(query => query.isFilled).map(query => query.panel))
    return { dashboard, panels: panels.size, empty: [...panels].filter(panel => !filled.has(panel)) }
  })
}

/** Memory of the stack's own containers, as the engine counts it: service and MiB, the largest first. */
export function memoryRows(project: string, isOurs: (service: string) => boolean): [string, number][] {
  const listed = execFileSync('docker', ['stats', '--no-stream', '--format', '{{.Name}} {{.MemUsage}}'], {
    encoding: 'utf8',
  })
  return listed
    .split('\n')
    .flatMap(line => {
      const [, service = '', amount = '', unit = ''] =
        new RegExp(`^${project}-(.+)-\\d+ ([\\d.]+)([KMG]iB)`).exec(line) ?? []
      return isOurs(service)
        ? [[service, Number(amount) * (UNITS[unit] ?? 0)] satisfies [string, number]]
        : []
    })
    .sort((a, b) => b[1] - a[1])
}
const UNITS: Readonly<Record<string, number>> = { KiB: 1 / 1024, MiB: 1, GiB: 1024 }

/** Columns as wide as what stands in them. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map(row => row[at]?.length ?? 0)))
  return [head, ...rows]
    .map(row =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
