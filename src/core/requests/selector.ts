import * as v from 'valibot'

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*'
/** What stands between quotes; it goes into a block of YAML, whose lines nothing may end. */
export const TEXT = '[^"\\\\{}\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]'
const MATCHER = `[a-zA-Z_][a-zA-Z0-9_]*(=|!=|=~|!~)"${TEXT}*"`
const SELECTOR = new RegExp(`^${NAME}(\\{${MATCHER}(, *${MATCHER})*\\})?$`)

/** A metric's name, with matchers where it needs some: `http_requests_total`, `requests_total{action!="all"}`. */
export const Selector = v.pipe(
  v.string(),
  v.maxLength(300, 'must have at most 300 characters'),
  v.regex(SELECTOR, 'must be the name of a metric, for example http_requests_total'),
)
/**
 * A selector in PromQL: `name{…}` with a suffix after the name and further matchers.
 * @param matchers those of the target, e.g. `job="express"`
 */
export function select(selector: string, suffix: string, ...matchers: readonly string[]): string {
  const brace = selector.indexOf('{')
  const name = brace < 0 ? selector : selector.slice(0, brace)
  const own = brace < 0 ? [] : [selector.slice(brace + 1, -1)]
  return `${name}${suffix}{${[...matchers, ...own].join(', ')}}`
}

/** `rate(name{…}[5m])`, the window of everything that is recorded. */
export const rate = (selector: string, suffix: string, ...matchers: readonly string[]): string =>
  `rate(${select(selector, suffix, ...matchers)}[5m])`

/** A call with its first argument on lines of its own, since the expressions are read by people. */
export function call(name: string, body: string, ...rest: readonly string[]): string {
  const inner = body.replace(/^/gm, '  ')
  return rest.length === 0 ? `${name} (\n${inner}\n)` : `${name}(\n${inner},\n  ${rest.join(', ')}\n)`
}

export const sum = (labels: string, body: string): string => call(`sum by (${labels})`, body)
