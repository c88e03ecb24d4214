import type { ServiceConfig } from '../config/schema.ts'
import type { RequestRow } from './row.ts'
import { type RecordingRule, trafficMatchers } from './rules.ts'
import { rate, sum } from './selector.ts'

type Slo = NonNullable<ServiceConfig['slo']>
const SERVICE = 'job, service'

/** A recording rule with labels of its own. */
export interface ObjectiveRule extends RecordingRule {
  readonly labels: Readonly<Record<string, string>>
}

/**
 * What templates/slo stands on, for one service: each objective as a series, the requests that kept the one on latency or
 * did not, and the budget that is left within its window.
 * @param own which series are the service's
 */
export function objectiveRules(
  slo: Slo,
  row: RequestRow,
  own: readonly string[],
  job: string,
  service: string,
): ObjectiveRule[] {
  const labels = (name: string): Record<string, string> => ({ job, service, slo: name })
  const objective = (name: string, percent: number): ObjectiveRule => ({
    record: 'slo:objective:ratio',
    expr: `vector(${Number((percent / 100).toFixed(7))})`,
    labels: labels(name),
  })
  const rules: ObjectiveRule[] = []
  if (slo.availability !== undefined) rules.push(objective('availability', slo.availability))
  if (slo.latency) {
    rules.push(objective('latency', slo.latency.target))
    rules.push(...latencyEvents(slo.latency.threshold, row, own, labels('latency')))
  }
  return rules
}

/** A window as long as this reads many samples: once in a while is enough for what changes over days. */
export function budgetRules(slo: Slo, job: string, service: string): RecordingRule[] {
  const own = `{job="${job}", service="${service}"}`
  const total = (name: string): string => `sum_over_time(${name}${own}[${slo.window}])`
  return [
    {
      record: 'slo:error_budget:ratio',
      expr: [
        '1 - (',
        `  ${total('slo:bad_events:rate5m')}`,
        `  / (${total('slo:events:rate5m')} > 0)`,
        '  / on (job, service, slo)',
        `  (1 - slo:objective:ratio${own})`,
        ')',
      ].join('\n'),
    },
  ]
}

function latencyEvents(
  threshold: number,
  row: RequestRow,
  own: readonly string[],
  labels: Readonly<Record<string, string>>,
): ObjectiveRule[] {
  const histogram = row.overall ?? row.duration ?? ''
  const matchers = row.overall === undefined ? trafficMatchers(row, own) : own
  const all = sum(SERVICE, rate(histogram, '_count', ...matchers))
  const fast = sum(SERVICE, rate(histogram, '_bucket', ...matchers, `le=~"${bound(threshold, row)}"`))
  return [
    { record: 'slo:events:rate5m', expr: all, labels },
    { record: 'slo:bad_events:rate5m', expr: `${all}\n-\n${fast}`, labels },
  ]
}

/** The bucket's bound as Prometheus 3 and every library may write it: `1` and `1.0`. */
function bound(threshold: number, row: RequestRow): string {
  const number = String(Number((row.unit === 'ms' ? threshold * 1000 : threshold).toFixed(6)))
  return number.includes('.') ? number.replace('.', '\\\\.') : `${number}(\\\\.0)?`
}
