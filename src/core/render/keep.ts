import { parse } from 'yaml'
import { parseDashboard, queriesOf } from '../dashboards/spec.ts'
import type { Module } from '../modules/module.ts'
import { metricNames } from '../promql.ts'

const lists = new WeakMap<Module, string | undefined>()

/**
 * The metrics that lean mode keeps of a module's scrape, as one anchored regular expression: what its rules and panels
 * name, and what it declares for others. Derived from files and not from a live server, so that series which only appear
 * when something fails are on it. Undefined when everything is kept.
 */
export function keepList(module: Module): string | undefined {
  if (lists.has(module)) return lists.get(module)
  const names = module.manifest.keeps === 'all' ? [] : usedMetrics(module)
  const list = names.length === 0 ? undefined : names.join('|')
  lists.set(module, list)
  return list
}

/** Names of scraped metrics in a module's rules and panels; recorded series have a colon in their name. */
export function usedMetrics(module: Module): string[] {
  const expressions = [...ruleExpressions(module.file('rules.yml')), ...panelExpressions(module)]
  const names = new Set([...module.manifest.keep, ...expressions.flatMap(metricNames)])
  return [...names].filter(name => !name.includes(':') && !name.startsWith('ALERTS')).sort()
}

export function ruleExpressions(rules: string | undefined): string[] {
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

function panelExpressions(module: Module): string[] {
  const text = module.file('dashboard.yaml')
  if (text === undefined) return []
  const spec = parseDashboard(text, `${module.id}/dashboard.yaml`)
  const queries = spec.rows.flatMap(row => row.panels.flatMap(queriesOf)).map(query => query.expr)
  return spec.list === undefined ? queries : [...queries, spec.list]
}
