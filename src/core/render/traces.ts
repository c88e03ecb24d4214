import { type DashboardSpec, parsePanel } from '../dashboards/spec.ts'
import { ownMatchers } from '../requests/push.ts'
import { select } from '../requests/selector.ts'
import type { Stack } from '../stack.ts'

/**
 * The dashboard of the applications with the way from a slow request to its trace, where vigie.yaml names a trace store.
 * It reads the histograms themselves: recorded series have no exemplars.
 */
export function withTraces(spec: DashboardSpec, stack: Stack): DashboardSpec {
  const queries = stack.targets.flatMap(target => {
    const { name, requests } = target
    if (requests?.duration === undefined || requests.summary) return []
    const own = ownMatchers(target)
    const buckets = `sum by (le) (rate(${select(requests.duration, '_bucket', ...own)}[$__rate_interval]))`
    const seconds = requests.unit === 'ms' ? ' / 1000' : ''
    return [{ expr: `histogram_quantile(0.95, ${buckets})${seconds}`, legend: name }]
  })
  if (stack.config.stack.grafana.traces === undefined || queries.length === 0) return spec
  const panel = parsePanel({
    title: 'Slow requests and their traces',
    description:
      'The 95th percentile, and as dots single requests that the application recorded with their trace. High dots are slow; a click leads to the trace.',
    unit: 's',
    width: 24,
    exemplars: true,
    queries,
  })
  const row = { title: 'What did a slow request do?', panels: [panel], collapsed: false }
  return { ...spec, rows: [...spec.rows.slice(0, 2), row, ...spec.rows.slice(2)] }
}
