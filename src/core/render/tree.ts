import { GIT_ATTRIBUTES } from '../conventions.ts'
import { compileDashboard } from '../dashboards/compile.ts'
import type { Module, RuleSet } from '../modules/module.ts'
import { pushes } from '../requests/push.ts'
import { fillLinks, type Links } from '../rules/links.ts'
import { hasAlertmanager, type Stack } from '../stack.ts'
import type { RenderedFile } from '../tree.ts'
import { renderAlertmanager } from './alertmanager.ts'
import { renderCompose } from './compose.ts'
import { publicUrl } from './context.ts'
import { withCounters } from './counters.ts'
import { renderContactPoints, renderPolicies } from './grafana-policies.ts'
import { renderGrafanaRules } from './grafana-rules.ts'
import { renderObjectives } from './objectives.ts'
import { renderProbes } from './probes.ts'
import { renderExpectations, renderPrometheus, renderScrape } from './prometheus.ts'
import { renderMakefile, renderReadme } from './readme.ts'
import { mappingGroups, type Runtimes, runtimeOf } from './requests.ts'
import { renderRunbook } from './runbook.ts'
import { type CompiledTemplate, type TemplateEngine, templateEngine } from './templates.ts'
import { withTraces } from './traces.ts'

/** What all stacks are made of, beside their modules; compiled, like those. */
export interface StackTemplates {
  /** Files below templates/stack by path: a compiled template when it ends in .hbs, else the text. */
  readonly files: Readonly<Record<string, string>>
  readonly partials: Readonly<Record<string, CompiledTemplate>>
  /** Rows of templates/runtimes by name. */
  readonly runtimes: Runtimes
  /** Rules and dashboard that all applications share. */
  readonly app: RuleSet
  /** Rules and dashboard of the objectives. */
  readonly slo: RuleSet
  /** The landing dashboard. */
  readonly overview: RuleSet
}

/** A file of templates/stack. */
type Read = (path: string) => string

/**
 * The whole tree of the stack, as text by path below the output folder. The same stack gives the same bytes, whatever the
 * order in vigie.yaml: no clock, no version, no randomness.
 */
export function renderTree(stack: Stack, templates: StackTemplates): RenderedFile[] {
  const read = reader(templates)
  const objectives = renderObjectives(stack)
  const compose = templateEngine(templates.partials, true)
  const plain = templateEngine({}, false)
  const ruleSets = ruleSetsOf(stack, templates)
  const files = [
    generated('compose.yaml', renderCompose(stack, read('compose.yaml.hbs'), compose)),
    generated(
      'prometheus/prometheus.yml',
      renderPrometheus(stack, read('prometheus/prometheus.yml.hbs'), plain),
    ),
    generated(
      'prometheus/rules/stack.yml',
      renderExpectations(stack, read('prometheus/stack.yml.hbs'), plain),
    ),
    ...(objectives === undefined ? [] : [generated('prometheus/rules/objectives.yml', objectives)]),
    generated('prometheus/reload.sh', read('prometheus/reload.sh')),
    generated('README.md', renderReadme(stack, read('README.md.hbs'), plain)),
    generated('vigie.mk', renderMakefile(stack, read('vigie.mk.hbs'), plain)),
    ...(stack.probes.length === 0
      ? []
      : [generated('blackbox/blackbox.yml', renderProbes(stack, read('blackbox/blackbox.yml.hbs'), plain))]),
    ...scrapeFiles(stack, read('prometheus/scrape.yml.hbs'), plain),
    ...ruleSets.flatMap(set => ruleFiles(set, stack)),
    ...(hasAlertmanager(stack) ? alertmanagerFiles(stack, read, plain) : []),
    ...provisioning(stack, read, plain),
    ...dashboards(stack, [templates.overview, ...ruleSets], templates.runtimes),
    generated(GIT_ATTRIBUTES, MERGED_BY_GIT),
    ...seeds(stack, read),
  ]
  if (!hasAlertmanager(stack)) files.push(...grafanaAlerting(stack, files))
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

function alertmanagerFiles(stack: Stack, read: Read, engine: TemplateEngine): RenderedFile[] {
  const routes = renderAlertmanager(stack, read('alertmanager/alertmanager.yml.hbs'), engine)
  return [
    generated('alertmanager/alertmanager.yml', routes),
    generated('alertmanager/reload.sh', read('alertmanager/reload.sh')),
    generated('alertmanager/templates/vigie.tmpl', read('alertmanager/templates/vigie.tmpl')),
  ]
}

/** The alerts of all rule files as Grafana's own, and whom it tells. */
function grafanaAlerting(stack: Stack, files: readonly RenderedFile[]): RenderedFile[] {
  const rules = files.filter(file => file.path.startsWith('prometheus/rules/') && file.path.endsWith('.yml'))
  const { scrapeInterval } = stack.config.stack.prometheus
  const policies = renderPolicies(stack)
  const file = (name: string, text: string): RenderedFile =>
    generated(`grafana/provisioning/alerting/${name}.yml`, text)
  return [
    file(
      'rules',
      renderGrafanaRules(
        rules.map(one => one.text),
        scrapeInterval,
      ),
    ),
    ...(policies === undefined
      ? []
      : [file('contact-points', renderContactPoints(stack)), file('policies', policies)]),
  ]
}

function reader({ files }: StackTemplates): Read {
  return path => {
    const text = files[path]
    if (text === undefined) throw new Error(`there is no templates/stack/${path}`)
    return text
  }
}

const generated = (path: string, text: string): RenderedFile => ({ path, text, ownership: 'generated' })

/** Alerts link here: the URL of the runbooks in the repo's forge, or their path. */
function links(stack: Stack): Links {
  return {
    runbooks: (stack.config.runbooks ?? `${stack.config.output}/runbooks`).replace(/\/$/, ''),
    grafana: publicUrl(stack, 'grafana'),
  }
}

/** The modules with the rules that map their names, the dashboards of their runtimes, and what all applications share. */
function ruleSetsOf(stack: Stack, templates: StackTemplates): RuleSet[] {
  const modules = stack.modules.map(module => ({
    ...module.content,
    rules: rulesOf(module, mappingGroups(module, stack, templates.runtimes)),
  }))
  const known = features(stack, templates.runtimes)
  const shared = [
    known.has('app') ? [withBusiness(templates.app, stack)] : [],
    known.has('slo') ? [templates.slo] : [],
  ].flat()
  return [...modules, ...runtimeDashboards(stack, templates.runtimes), ...shared]
}

const withBusiness = (app: RuleSet, stack: Stack): RuleSet =>
  app.dashboard ? { ...app, dashboard: withTraces(withCounters(app.dashboard, stack), stack) } : app

const rulesOf = ({ content }: Module, mapping: string): string | undefined =>
  mapping === '' ? content.rules : `${content.rules ?? 'groups:\n'}${mapping}`

function runtimeDashboards(stack: Stack, runtimes: Runtimes): RuleSet[] {
  const named = new Set<string | undefined>(
    stack.targets
      .filter(target => runtimeOf(target, runtimes))
      .map(({ runtime }) => (typeof runtime === 'object' ? runtime.base : runtime)),
  )
  return Object.entries(runtimes).flatMap(([name, { row, set }]) =>
    row.dashboard && named.has(name) ? [set] : [],
  )
}

/** What this stack has, for rows and panels that only make sense with it. */
export function features(stack: Stack, runtimes: Runtimes): Set<string> {
  const found = new Set<string>(stack.modules.map(module => module.id))
  const apps = stack.targets.filter(target => target.requests || target.counters.length > 0)
  if (apps.length > 0) found.add('app')
  if (found.has('cadvisor') && apps.some(target => target.container !== undefined)) found.add('container')
  if (stack.targets.some(target => target.slo)) found.add('slo')
  for (const { settings } of stack.targets)
    for (const [name, value] of Object.entries(settings)) if (value === true) found.add(name)
  for (const target of stack.targets)
    for (const signal of Object.keys(runtimeOf(target, runtimes) ?? {})) found.add(signal)
  return found
}

function scrapeFiles(stack: Stack, common: CompiledTemplate, engine: TemplateEngine): RenderedFile[] {
  return stack.targets
    .filter(target => !pushes(target))
    .map(target =>
      generated(`prometheus/scrape/${target.name}.yml`, renderScrape(stack, target, common, engine)),
    )
}

function ruleFiles({ id, rules, tests, runbook }: RuleSet, stack: Stack): RenderedFile[] {
  const to = links(stack)
  const file = (path: string, text: string | undefined): RenderedFile[] =>
    text === undefined ? [] : [generated(path, text)]
  if (rules === undefined) return []
  return [
    generated(`prometheus/rules/${id}.yml`, fillLinks(rules, to)),
    ...file(`prometheus/tests/${id}.yml`, tests && fillLinks(tests, to)),
    ...file(`runbooks/${id}.md`, runbook && renderRunbook(runbook, stack)),
  ]
}

function provisioning(stack: Stack, read: Read, engine: TemplateEngine): RenderedFile[] {
  const { prometheus, grafana } = stack.config.stack
  const { scrapeInterval } = prometheus
  const datasources = read('grafana/provisioning/datasources/vigie.yml.hbs')
  return [
    generated(
      'grafana/provisioning/datasources/vigie.yml',
      engine.render(datasources, {
        scrapeInterval,
        traces: grafana.traces,
        hasAlertmanager: hasAlertmanager(stack),
      }),
    ),
    generated('grafana/provisioning/dashboards/vigie.yml', read('grafana/provisioning/dashboards/vigie.yml')),
  ]
}

function dashboards(stack: Stack, sets: readonly RuleSet[], runtimes: Runtimes): RenderedFile[] {
  const specs = sets.flatMap(({ id, dashboard }) => (dashboard ? [{ id, spec: dashboard }] : []))
  const titles = new Map(specs.map(({ id, spec }) => [id, spec.title]))
  const known = features(stack, runtimes)
  return specs.map(({ id, spec }) => {
    const job = stack.modules.some(module => module.id === id) ? id : ''
    const dashboard = compileDashboard(spec, { id, job, features: known, titles })
    return generated(`grafana/dashboards/vigie/${id}.json`, `${JSON.stringify(dashboard, null, 2)}\n`)
  })
}

/** Two branches that each add a service change these at the same place; git keeps both, generate puts them in order. */
const MERGED_BY_GIT = `# Generated by vigie. After a merge of two branches that each added a service, run: vigie generate
compose.yaml merge=union
README.md merge=union
prometheus/rules/stack.yml merge=union
grafana/dashboards/vigie/*.json merge=union
`

/** Written once and the user's from then on; the empty folders are theirs to fill. */
function seeds(stack: Stack, read: Read): RenderedFile[] {
  const folders = [
    'prometheus/scrape/local',
    'prometheus/rules/local',
    ...(hasAlertmanager(stack) ? ['alertmanager/templates/local'] : []),
    'grafana/dashboards/local',
    'node-exporter/textfile',
  ]
  return [
    { path: 'compose.override.yaml', text: read('compose.override.yaml'), ownership: 'seed' },
    ...folders.map((folder): RenderedFile => ({ path: `${folder}/.gitkeep`, text: '', ownership: 'seed' })),
    { path: 'secrets/.gitignore', text: '*\n!.gitignore\n', ownership: 'seed' },
  ]
}
