import { parse } from 'yaml'
import { queriesOf } from '../dashboards/spec.ts'
import { metricNames } from '../promql.ts'
import type { RuleSet } from './module.ts'

/** Names of scraped metrics that rules and panels use, or that are kept for others; recorded series have a colon in their name. */
export function usedMetrics(kept: readonly string[], set: RuleSet): string[] {
  const expressions = [...ruleExpressions(set.rules), ...panelExpressions(set)]
  const names = new Set([...kept, ...expressions.flatMap(metricNames)])
  return [...names].filter(name => !name.includes(':') && !name.startsWith('ALERTS')).sort()
}

function ruleExpressions(rules: string | undefined): string[] {
  if (rules === undefined) return []
  const data: unknown = parse(rules)
  return [...expressionsIn(data)]
}

function* expressionsIn(node: unknown): Generator<string> {
  if (typeof node !== 'object' || node === null) return
  for (const [key, value] of Object.entries(node)) {
    if (key === 'expr') yield String(value)
    else yield* expressionsIn(value)
  }
}

function panelExpressions({ dashboard }: RuleSet): string[] {
  if (dashboard === undefined) return []
  const queries = dashboard.rows.flatMap(row => row.panels.flatMap(queriesOf)).map(query => query.expr)
  return dashboard.list === undefined ? queries : [...queries, dashboard.list]
}
