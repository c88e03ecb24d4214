import { isRuntime } from './exposition.ts'
import type { RequestRow } from './row.ts'

type Metrics = ReadonlyMap<string, ReadonlySet<string>>

/** A row of the metric map that fits a running application. */
export interface Recognised {
  readonly kind: string
  readonly library: string
  /** What stands before the names, for libraries where the user chooses that. */
  readonly prefix: string | undefined
  /** How many of the row's metrics and labels are there; the higher, the surer. */
  readonly score: number
}
/** A row, the kind that has it, and the metrics that this kind's runtime has besides. */
export interface Candidate {
  readonly kind: string
  readonly library: string
  readonly row: RequestRow
  readonly runtime: readonly string[]
}

const PREFIX = 'PREFIX_'
const nameOf = (selector: string): string => selector.split('{')[0] ?? ''

/** The rows that fit, the best first: all their metrics and labels are there. */
export function recognise(metrics: Metrics, candidates: readonly Candidate[]): Recognised[] {
  return candidates
    .flatMap(candidate => {
      const prefix = prefixOf(metrics, candidate.row)
      const score = points(metrics, candidate, prefix ?? '')
      return score === undefined ? [] : [{ kind: candidate.kind, library: candidate.library, prefix, score }]
    })
    .sort((a, b) => b.score - a.score)
}

function prefixOf(metrics: Metrics, row: RequestRow): string | undefined {
  const key = keyMetric(row)
  if (!key.startsWith(PREFIX)) return undefined
  const ending = key.slice(PREFIX.length - 1)
  return [...metrics.keys()].find(name => name.endsWith(ending))?.slice(0, -ending.length)
}

/** The metric that counts requests. */
const keyMetric = (row: RequestRow): string =>
  row.count === undefined ? `${nameOf(row.duration ?? '')}_count` : nameOf(row.count)

function points(metrics: Metrics, { row, runtime }: Candidate, prefix: string): number | undefined {
  const real = (name: string): string => name.replace(PREFIX, prefix === '' ? '' : `${prefix}_`)
  const labels = metrics.get(real(keyMetric(row)))
  if (!labels) return undefined
  const wanted = [row.status, row.route, row.method].filter(group => group !== undefined)
  if (!wanted.every(group => group.some(label => label.split('#').every(part => labels.has(part)))))
    return undefined
  const measured =
    row.duration === undefined
      ? undefined
      : `${real(nameOf(row.duration))}${row.summary ? '_sum' : '_bucket'}`
  if (measured !== undefined && !metrics.has(measured)) return undefined
  const first = wanted.filter(group => labels.has(group[0] ?? '')).length
  const extra = [
    row.overall && `${row.overall}_count`,
    typeof row.inFlight === 'string' ? row.inFlight : undefined,
  ]
  const inFlight = extra.filter(name => name !== undefined && metrics.has(real(name))).length
  const process =
    runtime.filter(name => metrics.has(name)).length - runtime.filter(name => !metrics.has(name)).length
  return (
    10 * (wanted.length + first + (row.count === undefined ? 0 : 1) + 2 * inFlight) +
    4 * process -
    (prefix === '' ? 0 : 15)
  )
}

/** A histogram or summary that no row knows, with a `map:` guessed from its labels and its neighbours. */
export interface Guess {
  readonly duration: string
  readonly labels: readonly string[]
  readonly map: string
}

const STATUS = /status|code|result|class/
const ROUTE = /route|path|handler|endpoint|^ur[il]$|page|^rt$/

/** What may measure requests; the user has to know. */
export function guesses(metrics: Metrics): Guess[] {
  return [...metrics].flatMap(([name, own]) => {
    const duration = name.slice(0, -'_sum'.length)
    if (!name.endsWith('_sum') || isRuntime(duration)) return []
    const count = own.size > 0 && pick(own, STATUS) ? undefined : counterBeside(duration, metrics)
    const labels = [...(metrics.get(count ?? '') ?? own)]
    const guess = {
      count,
      duration,
      summary: metrics.has(`${duration}_bucket`) ? undefined : true,
      unit: /_(ms|millis|milliseconds)$/.test(duration) ? 'ms' : undefined,
      status: pick(labels, STATUS),
      route: pick(own, ROUTE),
      method: pick(labels, /method|verb/),
    }
    const entries = Object.entries(guess).filter(([, value]) => value !== undefined)
    return [{ duration, labels, map: `{ ${entries.map(([key, value]) => `${key}: ${value}`).join(', ')} }` }]
  })
}

const pick = (labels: Iterable<string>, pattern: RegExp): string | undefined =>
  [...labels].find(label => pattern.test(label))

/** A counter of the same family that knows the status, where the measure of time does not. */
const counterBeside = (duration: string, metrics: Metrics): string | undefined =>
  [...metrics].find(
    ([name, labels]) =>
      name.endsWith('_total') && name.split('_')[0] === duration.split('_')[0] && pick(labels, STATUS),
  )?.[0]
