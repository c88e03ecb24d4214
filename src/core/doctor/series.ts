import { pushes } from '../requests/push.ts'
import type { Target } from '../stack.ts'
import { type Finding, plural, say } from './finding.ts'

/** What Prometheus keeps of one service. */
export interface ServiceSeries {
  readonly service: string
  /** Whether it is up at all; the others say nothing while it is not. */
  readonly up: boolean
  readonly served: number
  readonly kept: number
  /** Requests a second; undefined without a series. */
  readonly requests: number | undefined
  /** Names of the metrics it declares, even without a sample. */
  readonly declared: readonly string[]
}

/** Does each service give what its panels and rules need? Tells "no traffic yet" from "not instrumented". */
export function judgeSeries(
  targets: readonly Target[],
  series: readonly ServiceSeries[] | undefined,
): Finding[] {
  const { ok, unseen } = say('series')
  if (series === undefined) return [unseen('No series can be seen without Prometheus.')]
  const findings = targets
    .filter(target => !target.isStackPart)
    .flatMap(target => {
      const own = series.find(one => one.service === target.name)
      if (own === undefined) return []
      if (pushes(target)) return judgeSender(target, own)
      return own.up ? judgeService(target, own) : []
    })
  const kept = series.reduce((sum, one) => sum + one.kept, 0)
  const services = series.filter(one => one.up).length
  return [ok(`${plural(kept, 'sample')} a scrape are kept of ${plural(services, 'target')}.`), ...findings]
}

/** What sends its metrics is no target: that it does is seen by what has arrived. */
function judgeSender(target: Target, { up, requests }: ServiceSeries): Finding[] {
  const { ok, warn, fail } = say('series')
  const about = target.name
  if (!up)
    return [
      fail(`${about} sends nothing: no metric of it has arrived.`, {
        about,
        next: `It needs OTEL_SERVICE_NAME=${about} and the other variables in README.md of the stack. vigie logs ${about}   shows what it says of its exporter`,
      }),
    ]
  if (requests === undefined)
    return [
      warn(`${about} sends metrics, but none about requests yet.`, {
        about,
        next: 'Send it one, and look again in a minute. README.md of the stack says how it names them.',
      }),
    ]
  return [ok(`${about} sends its metrics.`, { about })]
}

function judgeService(target: Target, own: ServiceSeries): Finding[] {
  const { ok, warn, fail } = say('series')
  const about = target.name
  if (own.served === 0)
    return [fail(`${about} answers, and serves no metric at all.`, { about, next: setup(target) })]
  if (own.kept === 0)
    return [
      fail(`${about} serves ${plural(own.served, 'sample')}, and none is one that rules or panels use.`, {
        about,
        next: `Is ${about} really a ${target.module.manifest.title}? Otherwise set another  kind:  in vigie.yaml.`,
      }),
    ]
  const row = target.requests
  if (row === undefined) return []
  if (own.requests !== undefined)
    return own.requests > 0
      ? []
      : [ok(`${about} is instrumented, and had no request in the last 5 minutes.`, { about })]
  const metric = nameOf(row.count ?? row.duration ?? '')
  if (metric !== '' && own.declared.some(name => name === metric || name === metric.replace(/_total$/, '')))
    return [
      warn(`${about} is instrumented (${metric}), and has not had a request yet.`, {
        about,
        next: 'Send it one, and look again in a minute.',
      }),
    ]
  return [
    warn(
      `${about} serves metrics, but none about its requests${metric === '' ? '' : ` (${metric})`}: it is not instrumented.`,
      {
        about,
        next: setup(target),
      },
    ),
  ]
}

const nameOf = (selector: string): string => selector.replace(/\{.*$/, '')

const setup = (target: Target): string => `README.md of the stack says what ${target.name} needs.`
