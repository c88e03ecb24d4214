import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { type DashboardSpec, parseDashboard, queriesOf } from '../../src/core/dashboards/spec.ts'
import { compileRuleSet } from '../../src/core/modules/compile.ts'
import type { Manifest } from '../../src/core/modules/manifest.ts'
import type { Module } from '../../src/core/modules/module.ts'
import { runtimeRow } from '../../src/core/render/requests.ts'
import { budgetRules, objectiveRules } from '../../src/core/requests/objectives.ts'
import { requestRules, socketRules } from '../../src/core/requests/rules.ts'
import { runtimeRules } from '../../src/core/requests/runtime.ts'
import { fillLinks } from '../../src/core/rules/links.ts'
import { loadRegistry, loadStackTemplates } from '../../src/io/templates.ts'

const TEMPLATES = fileURLToPath(new URL('../../templates/', import.meta.url))
const LINKS = { runbooks: 'https://example.com/runbooks', grafana: 'http://localhost:3000' }

/** Rules, dashboard and runbook that belong together: a module, the rules of all applications, or the landing dashboard. */
export interface RuleSet {
  readonly id: string
  readonly module: Module | undefined
  readonly manifest: Manifest | undefined
  file(name: string): string | undefined
}

export interface Rule {
  readonly alert?: string
  readonly record?: string
  readonly expr: string
  readonly for?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

export interface RuleTest {
  readonly alert_rule_test?: { alertname: string; exp_alerts?: unknown[] }[]
  readonly promql_expr_test?: { expr: string }[]
}

/** The text of a file below templates/. */
export const fileOf = (folder: string, name: string): string | undefined => {
  const path = join(TEMPLATES, folder, name)
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

export const modules: readonly Module[] = loadRegistry('/nowhere').all()

/** Every folder that has rules: the modules, and what all applications share. */
export const ruleSets: readonly RuleSet[] = [
  ...modules.map(module => ({
    id: module.id,
    module,
    manifest: module.manifest,
    file: (name: string) => fileOf(`modules/${module.id}`, name),
  })),
  ...['app', 'slo'].map(id => ({
    id,
    module: undefined,
    manifest: undefined,
    file: (name: string) => fileOf(id, name),
  })),
]

/** Every dashboard, the landing one too. */
export const dashboards: readonly { id: string; spec: DashboardSpec }[] = [
  ...ruleSets.flatMap(set => {
    const text = set.file('dashboard.yaml')
    return text === undefined ? [] : [{ id: set.id, spec: parseDashboard(text, set.id) }]
  }),
  ...readdirSync(join(TEMPLATES, 'runtimes')).flatMap(name => {
    const text = fileOf('runtimes', `${name}/dashboard.yaml`)
    return text === undefined ? [] : [{ id: `${name}-runtime`, spec: parseDashboard(text, name) }]
  }),
  { id: 'overview', spec: parseDashboard(fileOf('overview', 'dashboard.yaml') ?? '', 'overview') },
]

export function rulesOf(set: RuleSet): Rule[] {
  const data: { groups?: { rules?: Rule[] }[] } | null = parse(set.file('rules.yml') ?? '{}')
  return (data?.groups ?? []).flatMap(group => group.rules ?? [])
}

export const alertsOf = (set: RuleSet): (Rule & { alert: string })[] =>
  rulesOf(set).flatMap(rule => (rule.alert === undefined ? [] : [{ ...rule, alert: rule.alert }]))

export function testsOf(set: RuleSet): RuleTest[] {
  const data: { tests?: RuleTest[] } | null = parse(set.file('rules.test.yml') ?? '{}')
  return data?.tests ?? []
}

/** Label names by metric, as they stand in a recorded scrape. */
export function recordedScrape(text: string): Map<string, Set<string>> {
  const metrics = new Map<string, Set<string>>()
  for (const line of text.split('\n')) {
    const match = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(.*)\})?\s+\S/.exec(line)
    if (!match) continue
    const labels = metrics.get(match[1] ?? '') ?? new Set<string>()
    for (const label of (match[3] ?? '').matchAll(/([a-zA-Z_][a-zA-Z0-9_]*)="(?:\\.|[^"\\])*"/g))
      labels.add(label[1] ?? '')
    metrics.set(match[1] ?? '', labels)
  }
  return metrics
}

export const scrapes: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>> = new Map(
  ruleSets.map(set => [set.id, recordedScrape(set.file('metrics.prom') ?? '')]),
)

/** The recording rules that are made from a module's rows of the metric map. */
export function mappedRules(module: Module): Rule[] {
  const job = `job="${module.id}"`
  const rows = Object.values(module.manifest.requests ?? {})
  const runtimes = [module.manifest.runtime, ...rows.map(row => row.runtime)].flatMap(
    runtime => runtimeRow(runtime, loadStackTemplates().runtimes) ?? [],
  )
  return [
    ...rows.flatMap(row => [...requestRules(row, job), ...socketRules(row.websocket, job)]),
    ...runtimes.flatMap(row => runtimeRules(row, job)),
  ]
}

/** The recording rules that are made from an `slo` in vigie.yaml. */
const promised: readonly Rule[] = (() => {
  const slo = { availability: 99.9, latency: { threshold: 0.3, target: 99 }, window: '30d' } as const
  const [row] = modules.flatMap(module => Object.values(module.manifest.requests ?? {}))
  return row ? [...objectiveRules(slo, row, [], 'express', 'api'), ...budgetRules(slo, 'express', 'api')] : []
})()

/** Recording rules by name, of all modules. */
export const recordings: ReadonlyMap<string, readonly Rule[]> = (() => {
  const found = new Map<string, Rule[]>()
  for (const rule of [...ruleSets.flatMap(rulesOf), ...modules.flatMap(mappedRules), ...promised])
    if (rule.record !== undefined) found.set(rule.record, [...(found.get(rule.record) ?? []), rule])
  return found
})()

/** Every PromQL expression of a rule set or dashboard, and where it stands. */
export function expressionsOf(id: string): { where: string; expr: string }[] {
  const set = ruleSets.find(one => one.id === id)
  const rules = (set ? rulesOf(set) : []).map(rule => ({
    where: `rule ${rule.alert ?? rule.record}`,
    expr: rule.expr,
  }))
  return [...rules, ...dashboards.filter(one => one.id === id).flatMap(one => panelExpressions(one.spec))]
}

export function panelExpressions(spec: DashboardSpec): { where: string; expr: string }[] {
  const panels = spec.rows.flatMap(row => row.panels)
  const queries = panels.flatMap(panel =>
    queriesOf(panel).map(query => ({
      where: `panel "${panel.title}"`,
      expr: query.expr.replaceAll('$target', spec.selector),
    })),
  )
  return spec.list === undefined ? queries : [...queries, { where: 'list', expr: spec.list }]
}

/** All rules and tests as they are rendered, in a folder of their own, for promtool. */
export function renderedRules(): { folder: string; rules: string[]; tests: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-contract-'))
  const write = (path: string, text: string): string => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
    return path
  }
  const rules: string[] = []
  const tests: string[] = []
  for (const { id, file } of ruleSets) {
    const set = compileRuleSet(id, { read: file, path: name => name })
    if (set.rules !== undefined) rules.push(write(`rules/${id}.yml`, fillLinks(set.rules, LINKS)))
    if (set.tests !== undefined) tests.push(write(`tests/${id}.yml`, fillLinks(set.tests, LINKS)))
  }
  return { folder, rules, tests }
}
