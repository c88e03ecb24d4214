import { type DashboardSpec, parsePanel } from '../dashboards/spec.ts'
import { ownMatchers } from '../requests/push.ts'
import { select } from '../requests/selector.ts'
import type { Stack } from '../stack.ts'

/** The dashboard of the applications with the numbers of the business that `counters` in vigie.yaml names, after the first row. */
export function withCounters(spec: DashboardSpec, stack: Stack): DashboardSpec {
  const counted = stack.targets.flatMap(target =>
    target.counters.map(counter => ({ ...counter, own: ownMatchers(target) })),
  )
  if (counted.length === 0) return spec
  const panels = counted.flatMap(({ metric, title, own }) => [
    parsePanel({
      title: `${title}, total`,
      description: `${title} since the service started, as its metric ${metric} counts them.`,
      type: 'stat',
      unit: 'short',
      width: 4,
      height: 8,
      query: `sum by (service) (${select(metric, '', ...own)})`,
    }),
    parsePanel({
      title: `${title} per second`,
      description: `How many ${title} are counted per second. Sudden silence is as bad as a flood.`,
      unit: 'cps',
      width: 8,
      query: `sum by (service) (rate(${select(metric, '', ...own)}[$__rate_interval]))`,
    }),
  ])
  const row = { title: 'What does it achieve?', panels, collapsed: false }
  return { ...spec, rows: [...spec.rows.slice(0, 1), row, ...spec.rows.slice(1)] }
}
