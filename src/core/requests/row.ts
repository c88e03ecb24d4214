import * as v from 'valibot'
import { RuntimeName } from './runtime.ts'
import { Selector, TEXT } from './selector.ts'

const Label = v.pipe(
  v.string(),
  v.regex(
    /^[a-zA-Z_][a-zA-Z0-9_]*(#[a-zA-Z_][a-zA-Z0-9_]*)?$/,
    'must be the name of a label, for example status_code',
  ),
)
/** One label, or several of which every series has one; `controller#action` joins two. */
const Labels = v.pipe(
  v.union([Label, v.array(Label)], 'must be the name of a label, for example status_code'),
  v.transform(labels => (typeof labels === 'string' ? [labels] : labels)),
)

/** What a library calls the sockets of an application; the defaults are the names of docs/applications.md. */
const Sockets = v.strictObject({
  connections: v.optional(Selector, 'websocket_connections_active'),
  /** Where connections are only counted as they open and close: those that closed. */
  closed: v.optional(Selector),
  received: v.optional(Selector, 'websocket_messages_received_total'),
  sent: v.optional(Selector, 'websocket_messages_sent_total'),
  errors: v.optional(Selector, 'websocket_errors_total'),
})

/**
 * A row of the metric map: how one library names what all applications have in common. From it come the recording rules
 * of the `app:*` series, so that one dashboard and one set of alerts serve every framework.
 */
export const RequestRow = v.pipe(
  v.strictObject({
    /** The counter of requests; without one, the count of `duration`. */
    count: v.optional(Selector),
    /** The histogram (or summary) of response times, without `_bucket`. */
    duration: v.optional(Selector),
    /** A finer histogram of the whole service, scrapes included: percentiles come from it where the one by route is coarse. */
    overall: v.optional(Selector),
    unit: v.optional(v.picklist(['s', 'ms'], 'must be s or ms'), 's'),
    /** A summary has no buckets: averages, but no percentiles. */
    summary: v.optional(v.boolean(), false),
    status: v.optional(Labels),
    /** Counters of failed requests, for libraries without a status label. */
    errors: v.optional(v.strictObject({ '5xx': Selector, '4xx': v.optional(Selector) })),
    route: v.optional(Labels),
    /** Routes that are no traffic besides `/metrics`, `/health` and their like; regular expressions. */
    ignore: v.optional(
      v.array(
        v.pipe(
          v.string(),
          v.regex(
            new RegExp(`^${TEXT}+$`),
            'must be a regular expression without quotes, braces and backslashes',
          ),
        ),
      ),
      [],
    ),
    method: v.optional(Labels),
    /** Methods in lower case are made upper case when they are read. */
    lowerCase: v.optional(v.boolean(), false),
    /** A gauge, or the counters of requests begun and ended; without it, the mean concurrency. */
    inFlight: v.optional(
      v.union(
        [Selector, v.strictObject({ begun: Selector, ended: Selector })],
        'must be the name of a metric, for example http_requests_in_flight',
      ),
    ),
    websocket: v.optional(Sockets, {}),
    /** What its process says, where that is not what the kind usually says. */
    runtime: v.optional(RuntimeName),
  }),
  v.check(
    row => row.count !== undefined || row.duration !== undefined,
    'must have count, duration or both: the metrics that count requests and measure them',
  ),
)

export type RequestRow = v.InferOutput<typeof RequestRow>

/** A row with its prefix filled in, for libraries whose names begin with what the user chose. */
export function withPrefix<Row extends object>(row: Row, prefix: string): Row {
  return JSON.parse(JSON.stringify(row).replaceAll('PREFIX_', prefix === '' ? '' : `${prefix}_`)) as Row
}
