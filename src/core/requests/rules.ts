import type { RequestRow } from './row.ts'
import { call, rate, select, sum } from './selector.ts'

export interface RecordingRule {
  readonly record: string
  readonly expr: string
}

/** Neither scrapes nor health checks are traffic, under a path prefix neither. */
export const NO_TRAFFIC = '(/[^/]+)?/(metrics|health(z|check)?|livez|readyz?|ping)/?'
/** What libraries call a request that no route took. */
const UNMATCHED = '|[Nn]one|n/a|undefined|UNKNOWN|NOT_FOUND|REDIRECTION|<.+>|/?__.+__|/?\\\\*+'
const QUANTILES = { p50: 0.5, p95: 0.95, p99: 0.99 } as const
const SERVICE = 'job, service'

/**
 * The recording rules that write a library's own names onto the `app:*` series.
 * @param matchers which series are meant, e.g. `job="express"`
 */
export function requestRules(row: RequestRow, ...matchers: readonly string[]): RecordingRule[] {
  const traffic = trafficMatchers(row, matchers)
  const requests = row.status === undefined ? splitRequests(row, traffic) : requestsByStatus(row, traffic)
  return [
    { record: 'app:http_requests:rate5m', expr: requests },
    ...durationRules(row, matchers, traffic),
    ...inFlightRule(row, matchers, traffic),
  ]
}

/** Matchers that leave out scrapes and health checks. */
export function trafficMatchers(row: RequestRow, matchers: readonly string[]): string[] {
  const ignored = [NO_TRAFFIC, ...row.ignore].join('|')
  return [...matchers, ...labelsOf(row.route).map(label => `${label}!~"${ignored}"`)]
}

const labelsOf = (labels: readonly string[] | undefined): string[] =>
  (labels ?? []).flatMap(label => label.split('#'))

const countOf = (row: RequestRow, matchers: readonly string[]): string =>
  row.count === undefined ? rate(row.duration ?? '', '_count', ...matchers) : rate(row.count, '', ...matchers)

const REQUEST = `${SERVICE}, instance, route, method, status_class`

function requestsByStatus(row: RequestRow, matchers: readonly string[]): string {
  const mapped = withMethod(withRoute(countOf(row, matchers), row), row)
  return sum(
    REQUEST,
    (row.status ?? []).reduce(
      (expr, label) =>
        call('label_replace', expr, '"status_class"', `"\${1}xx"`, `"${label}"`, '"([1-5]).*"'),
      mapped,
    ),
  )
}

/** Libraries with one counter for each class: what did not fail succeeded. */
function splitRequests(row: RequestRow, matchers: readonly string[]): string {
  const by = (expr: string): string =>
    sum(`${SERVICE}, instance, route, method`, withMethod(withRoute(expr, row), row))
  const all = by(countOf(row, matchers))
  const failed = Object.entries(row.errors ?? {}).flatMap(([status, counter]) =>
    counter === undefined ? [] : [{ status, expr: by(rate(counter, '', ...matchers)) }],
  )
  const rest = failed.reduce((expr, { expr: one }) => `${expr}\n- (\n${one} or ${all} * 0\n)`, all)
  const classes = [...failed, { status: '2xx', expr: rest }]
  return classes
    .map(({ status, expr }) => call('label_replace', expr, '"status_class"', `"${status}"`, '""', '""'))
    .join('\nor\n')
}

function durationRules(
  row: RequestRow,
  matchers: readonly string[],
  traffic: readonly string[],
): RecordingRule[] {
  const { duration } = row
  if (duration === undefined) return []
  const overall = row.overall ?? duration
  const own = row.overall === undefined ? traffic : matchers
  const perRoute = (suffix: string): string => withRoute(rate(duration, suffix, ...traffic), row)
  const percentiles = Object.entries(QUANTILES).map(([name, quantile]) => ({
    record: `app:http_request_duration_seconds:${name}_rate5m`,
    expr: percentile(quantile, SERVICE, rate(overall, '_bucket', ...own), row),
  }))
  const routes =
    row.route === undefined
      ? []
      : [
          ...(row.summary
            ? []
            : [
                {
                  record: 'app_route:http_request_duration_seconds:p95_rate5m',
                  expr: percentile(0.95, `${SERVICE}, route`, perRoute('_bucket'), row),
                },
              ]),
          {
            record: 'app_route:http_request_duration_seconds:avg_rate5m',
            expr: average(`${SERVICE}, route`, perRoute('_sum'), withRoute(countOf(row, traffic), row), row),
          },
        ]
  return [
    ...(row.summary ? [] : percentiles),
    {
      record: 'app:http_request_duration_seconds:avg_rate5m',
      expr: average(SERVICE, rate(duration, '_sum', ...traffic), countOf(row, traffic), row),
    },
    ...routes,
  ]
}

/** A route without traffic has no percentile: `>= 0` drops what is not a number. */
function percentile(quantile: number, labels: string, buckets: string, row: RequestRow): string {
  const value = `histogram_quantile(\n  ${quantile},\n${sum(`${labels}, le`, buckets).replace(/^/gm, '  ')}\n)`
  return `${value}${inSeconds(row)} >= 0`
}

/** Per request, not per observation: django-prometheus observes one that raises twice. */
const average = (labels: string, total: string, count: string, row: RequestRow): string =>
  `${sum(labels, total)}\n/\n(\n${`${sum(labels, count)} > 0`.replace(/^/gm, '  ')}\n)${inSeconds(row)}`

const inSeconds = (row: RequestRow): string => (row.unit === 'ms' ? ' / 1000' : '')

function inFlightRule(
  row: RequestRow,
  matchers: readonly string[],
  traffic: readonly string[],
): RecordingRule[] {
  const record = 'app:http_requests_in_flight:sum'
  const by = (expr: string): string => sum(`${SERVICE}, instance`, expr)
  const of = (selector: string): string => by(select(selector, '', ...matchers))
  const counted =
    row.inFlight === undefined
      ? []
      : [
          typeof row.inFlight === 'string'
            ? of(row.inFlight)
            : `${of(row.inFlight.begun)}\n-\n${of(row.inFlight.ended)}`,
        ]
  // Little's law: time spent answering, per second, is how many were being answered on average.
  const mean =
    row.duration === undefined ? [] : [`${by(rate(row.duration, '_sum', ...traffic))}${inSeconds(row)}`]
  const expr = [...counted, ...mean].join('\nor\n')
  return expr === '' ? [] : [{ record, expr }]
}

function withRoute(expr: string, row: RequestRow): string {
  if (row.route === undefined) return expr
  const named = row.route.reduce((inner, label) => {
    const [first = '', second] = label.split('#')
    if (second !== undefined) return call('label_join', inner, '"route"', '"#"', `"${first}"`, `"${second}"`)
    return label === 'route' ? inner : call('label_replace', inner, '"route"', '"$1"', `"${label}"`, '"(.+)"')
  }, expr)
  return call('label_replace', named, '"route"', '"unmatched"', '"route"', `"${UNMATCHED}"`)
}

const withMethod = (expr: string, row: RequestRow): string =>
  (row.method ?? [])
    .filter(label => label !== 'method')
    .reduce((inner, label) => call('label_replace', inner, '"method"', '"$1"', `"${label}"`, '"(.+)"'), expr)

/** The sockets of an application that counts them. */
export function socketRules(row: RequestRow['websocket'], ...matchers: readonly string[]): RecordingRule[] {
  const by = (labels: string, expr: string): string => sum(`${SERVICE}, ${labels}`, expr)
  // Without the instance: a replica under a new address must not look like lost connections.
  const open = by('endpoint', select(row.connections, '', ...matchers))
  const closed =
    row.closed === undefined
      ? ''
      : `\n-\n(\n${by('endpoint', select(row.closed, '', ...matchers))} or ${open} * 0\n)`
  const messages = (selector: string, direction: string): string =>
    call(
      'label_replace',
      by('instance, endpoint', rate(selector, '', ...matchers)),
      '"direction"',
      `"${direction}"`,
      '""',
      '""',
    )
  return [
    { record: 'app:websocket_connections_active:sum', expr: `${open}${closed}` },
    {
      record: 'app:websocket_messages:rate5m',
      expr: `${messages(row.received, 'received')}\nor\n${messages(row.sent, 'sent')}`,
    },
    {
      record: 'app:websocket_errors:rate5m',
      expr: by('instance, endpoint, type', rate(row.errors, '', ...matchers)),
    },
  ]
}
