/**
 * Names of metrics in a PromQL expression, found by reading its tokens: no parser is needed, since labels only stand in
 * braces and in the lists of by, without, on, ignoring and group_*.
 */
const KEYWORDS = new Set([
  ...[
    'and',
    'or',
    'unless',
    'by',
    'without',
    'on',
    'ignoring',
    'group_left',
    'group_right',
    'offset',
    'bool',
    'atan2',
  ],
  ...[
    'inf',
    'nan',
    'start',
    'end',
    'sum',
    'min',
    'max',
    'avg',
    'group',
    'count',
    'stddev',
    'stdvar',
    'topk',
    'bottomk',
  ],
  ...['quantile', 'count_values', 'limitk', 'limit_ratio'],
])
const LABEL_LISTS = /\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/gi
const SELECTOR = /([a-zA-Z_:][a-zA-Z0-9_:]*)\s*\{/g

/** Metric names that an expression reads, each once, in order. Grafana's `$variables` are not names. */
export function metricNames(expression: string): string[] {
  const bare = withoutBraces(withoutStrings(expression))
    .replace(LABEL_LISTS, ' $1 ')
    .replace(/\[[^\]]*\]/g, ' ')
    .replace(/\$\{?\w+\}?/g, ' ')
  const names = new Set<string>()
  for (const match of bare.matchAll(/[a-zA-Z_:][a-zA-Z0-9_:]*/g)) {
    const name = match[0]
    const after = bare.slice(match.index + name.length).trimStart()
    const before = bare[match.index - 1]
    if (after.startsWith('(') || KEYWORDS.has(name.toLowerCase())) continue
    if (before !== undefined && /[0-9.]/.test(before)) continue
    names.add(name)
  }
  return [...names]
}

/** Every `metric{label="value"}` of an expression, with the labels it selects on. */
export function selectors(expression: string): { metric: string; labels: string[] }[] {
  const found: { metric: string; labels: string[] }[] = []
  for (const match of expression.matchAll(SELECTOR)) {
    const open = match.index + match[0].length
    const inside = withoutStrings(expression.slice(open, closingBrace(expression, open)))
    const labels = [...inside.matchAll(/([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)/g)].map(
      label => label[1] ?? '',
    )
    found.push({ metric: match[1] ?? '', labels })
  }
  return found
}

function closingBrace(text: string, from: number): number {
  let quote = ''
  for (let at = from; at < text.length; at++) {
    const char = text[at] ?? ''
    if (quote) {
      if (char === '\\') at++
      else if (char === quote) quote = ''
    } else if (char === '"' || char === "'" || char === '`') quote = char
    else if (char === '}') return at
  }
  return text.length
}

const withoutStrings = (text: string): string =>
  text.replace(/"(\\.|[^"\\])*"|'(\\.|[^'\\])*'|`[^`]*`/g, '""')
const withoutBraces = (text: string): string => text.replace(/\{[^{}]*\}/g, ' ')
