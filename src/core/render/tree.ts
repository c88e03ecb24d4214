import { compileDashboard } from '../dashboards/compile.ts'
import { parseDashboard } from '../dashboards/spec.ts'
import type { Module } from '../modules/module.ts'
import { annotateRules, type Links } from '../rules/annotate.ts'
import { completeTests } from '../rules/tests.ts'
import type { Stack } from '../stack.ts'
import type { RenderedFile } from '../tree.ts'
import { renderAlertmanager } from './alertmanager.ts'
import { renderCompose } from './compose.ts'
import { publicUrl } from './context.ts'
import { renderExpectations, renderPrometheus, renderScrape } from './prometheus.ts'
import { renderMakefile, renderReadme } from './readme.ts'
import { mappingGroups, runtimeNamed, runtimeOf } from './requests.ts'
import { type TemplateEngine, templateEngine } from './templates.ts'

/** Reads a file below templates/; throws when there is none. */
export type ReadTemplate = (path: string) => string

const PARTIALS = ['hardened', 'networks', 'credential', 'secrets', 'receiverSecrets']

/** Rules, tests, runbook and dashboard that belong together: a module's, or the ones all applications share. */
interface RuleSet {
  readonly id: string
  file(name: string): string | undefined
}

/**
 * The whole tree of the stack, as text by path below the output folder. The same stack gives the same bytes, whatever the
 * order in vigie.yaml: no clock, no version, no randomness.
 */
export function renderTree(stack: Stack, read: ReadTemplate): RenderedFile[] {
  const partials = Object.fromEntries(PARTIALS.map(name => [name, read(`partials/${name}.hbs`)]))
  const compose = templateEngine(partials, true)
  const plain = templateEngine({}, false)
  const ruleSets = ruleSetsOf(stack, read)
  const files = [
    generated('compose.yaml', renderCompose(stack, read('stack/compose.yaml.hbs'), compose)),
    generated(
      'prometheus/prometheus.yml',
      renderPrometheus(stack, read('stack/prometheus/prometheus.yml.hbs'), plain),
    ),
    generated(
      'prometheus/rules/stack.yml',
      renderExpectations(stack, read('stack/prometheus/stack.yml.hbs'), plain),
    ),
    generated(
      'alertmanager/alertmanager.yml',
      renderAlertmanager(stack, read('stack/alertmanager/alertmanager.yml.hbs'), plain),
    ),
    generated('alertmanager/templates/vigie.tmpl', read('stack/alertmanager/templates/vigie.tmpl')),
    generated('README.md', renderReadme(stack, read('stack/README.md.hbs'), plain)),
    generated('vigie.mk', renderMakefile(stack, read('stack/vigie.mk.hbs'), plain)),
    ...scrapeFiles(stack, read('stack/prometheus/scrape.yml.hbs'), plain),
    ...ruleSets.flatMap(set => ruleFiles(set, links(stack))),
    ...grafanaFiles(stack, ruleSets, read, plain),
    ...seeds(read),
  ]
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
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
function ruleSetsOf(stack: Stack, read: ReadTemplate): RuleSet[] {
  const modules = stack.modules.map(module => ({
    id: module.id,
    file: (name: string) => (name === 'rules.yml' ? rulesOf(module, stack, read) : module.file(name)),
  }))
  const shared: RuleSet[] = features(stack, read).has('app')
    ? [{ id: 'app', file: name => read(`app/${name}`) }]
    : []
  return [...modules, ...runtimeDashboards(stack, read), ...shared]
}

function rulesOf(module: Module, stack: Stack, read: ReadTemplate): string | undefined {
  const own = module.file('rules.yml')
  const mapping = mappingGroups(module, stack, read)
  return mapping === '' ? own : `${own ?? 'groups:\n'}${mapping}`
}

function runtimeDashboards(stack: Stack, read: ReadTemplate): RuleSet[] {
  const names = stack.modules.flatMap(({ manifest }) =>
    typeof manifest.runtime === 'string' ? [manifest.runtime] : [],
  )
  return [...new Set(names)].sort().flatMap(name => {
    if (runtimeNamed(name, read).dashboard === false) return []
    const file = (wanted: string): string | undefined =>
      wanted === 'dashboard.yaml' ? read(`runtimes/${name}/dashboard.yaml`) : undefined
    return [{ id: `${name}-runtime`, file }]
  })
}

/** What this stack has, for rows and panels that only make sense with it. */
export function features(stack: Stack, read: ReadTemplate): Set<string> {
  const found = new Set<string>(stack.modules.map(module => module.id))
  if (stack.targets.some(target => target.requests)) found.add('app')
  if (stack.targets.some(target => target.settings.websocket === true)) found.add('websocket')
  for (const module of stack.modules)
    for (const signal of Object.keys(runtimeOf(module, read) ?? {})) found.add(signal)
  return found
}

function scrapeFiles(stack: Stack, common: string, engine: TemplateEngine): RenderedFile[] {
  return stack.targets.map(target =>
    generated(`prometheus/scrape/${target.name}.yml`, renderScrape(stack, target, common, engine)),
  )
}

function ruleFiles(set: RuleSet, to: Links): RenderedFile[] {
  const rules = set.file('rules.yml')
  if (rules === undefined) return []
  const annotated = annotateRules(rules, set.id, to)
  const tests = set.file('rules.test.yml')
  const runbook = set.file('runbook.md')
  return [
    generated(`prometheus/rules/${set.id}.yml`, annotated),
    ...(tests === undefined
      ? []
      : [
          generated(
            `prometheus/tests/${set.id}.yml`,
            completeTests(tests, annotated, [`../rules/${set.id}.yml`]),
          ),
        ]),
    ...(runbook === undefined ? [] : [generated(`runbooks/${set.id}.md`, runbook)]),
  ]
}

function grafanaFiles(
  stack: Stack,
  sets: readonly RuleSet[],
  read: ReadTemplate,
  engine: TemplateEngine,
): RenderedFile[] {
  const overview: RuleSet = {
    id: 'overview',
    file: name => (name === 'dashboard.yaml' ? read('dashboards/overview.yaml') : undefined),
  }
  const specs = [overview, ...sets].flatMap(set => {
    const text = set.file('dashboard.yaml')
    return text === undefined ? [] : [{ id: set.id, spec: parseDashboard(text, `${set.id}/dashboard.yaml`) }]
  })
  const titles = new Map(specs.map(({ id, spec }) => [id, spec.title]))
  const known = features(stack, read)
  const { scrapeInterval } = stack.config.stack.prometheus
  return [
    generated(
      'grafana/provisioning/datasources/vigie.yml',
      engine.render(read('stack/grafana/provisioning/datasources/vigie.yml.hbs'), { scrapeInterval }),
    ),
    generated(
      'grafana/provisioning/dashboards/vigie.yml',
      read('stack/grafana/provisioning/dashboards/vigie.yml'),
    ),
    ...specs.map(({ id, spec }) => {
      const job = stack.modules.some(module => module.id === id) ? id : ''
      const dashboard = compileDashboard(spec, { id, job, features: known, titles })
      return generated(`grafana/dashboards/vigie/${id}.json`, `${JSON.stringify(dashboard, null, 2)}\n`)
    }),
  ]
}

/** Written once and the user's from then on; the empty folders are theirs to fill. */
function seeds(read: ReadTemplate): RenderedFile[] {
  const folders = [
    'prometheus/scrape/local',
    'prometheus/rules/local',
    'alertmanager/templates/local',
    'grafana/dashboards/local',
    'node-exporter/textfile',
  ]
  return [
    { path: 'compose.override.yaml', text: read('stack/compose.override.yaml'), ownership: 'seed' },
    ...folders.map((folder): RenderedFile => ({ path: `${folder}/.gitkeep`, text: '', ownership: 'seed' })),
    { path: 'secrets/.gitignore', text: '*\n!.gitignore\n', ownership: 'seed' },
  ]
}
