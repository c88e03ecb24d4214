import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seconds } from '../../src/core/config/duration.ts'
import { runbookAnchor, SEVERITIES } from '../../src/core/conventions.ts'
import { compileDashboard } from '../../src/core/dashboards/compile.ts'
import { metricNames, selectors } from '../../src/core/promql.ts'
import { keepList } from '../../src/core/render/keep.ts'
import { imageMatches, imageRepository, imageWeight } from '../../src/detect/docker/image.ts'
import { needs, tool } from '../tools.ts'
import {
  alertsOf,
  dashboards,
  expressionsOf,
  modules,
  type RuleSet,
  recordings,
  renderedRules,
  ruleSets,
  rulesOf,
  scrapes,
  testsOf,
} from './facts.ts'

/** Series that Prometheus itself or the rendered expectations write. */
const OWN_SERIES = /^(up|scrape_\w+|ALERTS|ALERTS_FOR_STATE|stack:\w+(:\w+)?)$/
/** Labels that the scrape adds, whatever the target exposes. */
const ADDED_LABELS = new Set(['job', 'service', 'instance', 'project', 'name', '__name__'])
/** Always fires, so that its silence is news: no `for`, nothing to fill in, no test of silence. */
const ALWAYS_FIRING = 'Watchdog'
const DATASOURCE = '$' + '{datasource}'
/** Grafana's ids of the units that dashboards here may use. */
const UNITS = new Set(
  [
    'short none percent percentunit bool string locale sishort',
    's ms µs ns m h d dtdurations dtdurationms clocks',
    'bytes decbytes kbytes mbytes gbytes Bps binBps decbps bps binbps',
    'ops reqps rps wps iops opm rpm cps eps pps mps',
    'hertz celsius dateTimeAsIso dateTimeFromNow dateTimeAsLocal',
  ].flatMap(line => line.split(' ')),
)

const conditional = (id: string): string[] =>
  Object.keys(ruleSets.find(set => set.id === id)?.manifest?.conditional ?? {})
const exposes = (id: string, metric: string): boolean =>
  scrapes.get(id)?.has(metric) === true || conditional(id).includes(metric)
const exposersOf = (metric: string): string[] =>
  modules.map(module => module.id).filter(id => exposes(id, metric))
const isRecorded = (metric: string): boolean => recordings.has(metric) || OWN_SERIES.test(metric)

describe('the folder of modules', () => {
  it('holds a loadable module in every folder, named like it', () => {
    const folder = fileURLToPath(new URL('../../templates/modules/', import.meta.url))
    expect(modules.map(module => module.manifest.id)).toEqual(readdirSync(folder).sort())
  })

  it('gives every kind names that mean nothing else', () => {
    const names = modules.flatMap(module => [module.id, ...module.manifest.aliases])
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })

  it('gives every exporter a port of its own', () => {
    const ports = modules.flatMap(module => module.manifest.endpoint.exporter?.port ?? [])
    expect(ports.length).toBeGreaterThan(0)
    expect([...new Set(ports)]).toEqual(ports)
  })

  it('has no image glob that claims an example image of another module, and says as much of it', () => {
    const claims = modules.flatMap(module =>
      (module.manifest.evidence.images ?? []).map(glob => ({ id: module.id, glob })),
    )
    const clashes = claims.flatMap(({ id, glob }) =>
      claims
        .filter(other => other.id !== id && claimsAsMuch(exampleOf(other.glob), glob, other.glob))
        .map(other => `${id}: ${glob} claims ${exampleOf(other.glob)} of ${other.id}`),
    )
    expect(clashes).toEqual([])
  })

  it.each([
    ['postgres:16-alpine', 'postgres'],
    ['docker.io/library/postgres@sha256:00', 'postgres'],
    ['bitnami/postgresql:16', 'postgres'],
    ['redis:7', 'redis'],
    ['valkey/valkey:8', 'redis'],
    ['lscr.io/linuxserver/mariadb', 'mysql'],
    ['container-registry.oracle.com/mysql/community-server:9.4', 'mysql'],
    ['mongo:8', 'mongodb'],
    ['bitnami/memcached', 'memcached'],
    ['edoburu/pgbouncer:v1.24.1-p1', 'pgbouncer'],
    ['docker.elastic.co/elasticsearch/elasticsearch:9.1.0', 'elasticsearch'],
    ['opensearchproject/opensearch:3', 'elasticsearch'],
    ['clickhouse/clickhouse-server', 'clickhouse'],
    ['mongo-express', undefined],
    ['phpmyadmin', undefined],
    ['opensearchproject/opensearch-dashboards:3', undefined],
    ['nginx:1.27', 'nginx'],
    ['quay.io/prometheus/node-exporter:v1.9.0', 'node-exporter'],
    ['prom/node-exporter', 'node-exporter'],
    ['quay.io/prometheuscommunity/postgres-exporter:v0.20.1', undefined],
    ['oliver006/redis_exporter', undefined],
    ['grafana/loki', undefined],
    ['dpage/pgadmin4', undefined],
    ['nginx/nginx-prometheus-exporter', undefined],
  ])('takes %s for %s and nothing else', (image, expected) => {
    const claimed = modules.filter(module =>
      (module.manifest.evidence.images ?? []).some(glob => imageMatches(imageRepository(image), glob)),
    )
    expect(claimed.map(module => module.id)).toEqual(expected === undefined ? [] : [expected])
  })
})

/** A repository that a glob of a module stands for. */
const exampleOf = (glob: string): string => glob.replaceAll('*', 'acme')

const claimsAsMuch = (image: string, glob: string, own: string): boolean =>
  imageWeight(image, glob) > 0 && imageWeight(image, glob) >= imageWeight(image, own)

const promtool = tool('promtool')

describe.skipIf(promtool === undefined)(needs('promtool', 'promtool'), () => {
  let rendered: ReturnType<typeof renderedRules>
  beforeAll(() => {
    rendered = renderedRules()
  })
  afterAll(() => rmSync(rendered.folder, { recursive: true, force: true }))

  const run = (args: string[]): { code: number | null; said: string } => {
    const result = spawnSync(promtool ?? '', args, { cwd: rendered.folder, encoding: 'utf8' })
    return { code: result.status, said: `${result.stdout}${result.stderr}` }
  }

  it('finds nothing to say about the rules', () => {
    expect(rendered.rules.length).toBe(ruleSets.filter(set => set.file('rules.yml')).length)
    const { code, said } = run(['check', 'rules', '--lint=all', '--lint-fatal', ...rendered.rules])
    expect(code, said).toBe(0)
  })

  it('passes every rule test', () => {
    expect(rendered.tests.map(path => path.replace('tests/', 'rules/'))).toEqual(rendered.rules)
    const { code, said } = run(['test', 'rules', ...rendered.tests])
    expect(code, said).toBe(0)
  })
})

describe.each(ruleSets.map(set => [set.id, set] as const))('module %s', (_id, set) => {
  it('has rules, their tests, a dashboard and a runbook, unless it is an application like others', () => {
    const files = ['rules.yml', 'rules.test.yml', 'dashboard.yaml', 'runbook.md']
    const absent = files.filter(name => set.file(name) === undefined)
    if (set.manifest?.requests === undefined) expect(absent).toEqual([])
    // Alerts and panels of an application are those of templates/app; rules of its own need tests and a runbook.
    else if (set.file('rules.yml') !== undefined)
      expect(absent.filter(name => name !== 'dashboard.yaml')).toEqual([])
    else expect(absent).toEqual(expect.arrayContaining(['rules.yml', 'rules.test.yml', 'runbook.md']))
  })

  it('is recognised by its packages and says how to instrument it, if it is an application', () => {
    if (set.manifest?.requests === undefined) return
    const { evidence, setup = '', keeps } = set.manifest
    const packages = Object.values(evidence.dependencies ?? {}).flat()
    expect([...packages, ...evidence.commands, ...evidence.files].length).toBeGreaterThan(0)
    expect(
      setup.split('\n').filter(line => /^ {4}\S/.test(line)).length,
      'lines of code in setup',
    ).toBeGreaterThan(1)
    expect(keeps).toBe('all')
  })

  it('says of what its scrape was recorded', () => {
    if (set.manifest === undefined) return
    expect(set.file('metrics.prom')?.split('\n')[0]).toMatch(/^# (?!HELP|TYPE)\S.* \S*\d/)
    expect(scrapes.get(set.id)?.size).toBeGreaterThan(3)
  })

  it('writes its alerts by the conventions', () => {
    expect(alertsOf(set).flatMap(alert => alertFaults(alert))).toEqual([])
  })

  it('explains every alert in the runbook, and no alert that is gone', () => {
    const sections = [...(set.file('runbook.md') ?? '').matchAll(/^## (.+)$/gm)].map(match => match[1] ?? '')
    const alerts = [...new Set(alertsOf(set).map(rule => rule.alert))]
    expect(alerts.filter(alert => !sections.includes(alert))).toEqual([])
    expect(sections.filter(one => /^\w+$/.test(one) && !alerts.includes(one))).toEqual([])
    expect(new Set(sections.map(runbookAnchor)).size).toBe(sections.length)
  })

  it('tests every alert firing and silent', () => {
    expect(untested(set)).toEqual([])
  })

  it('tests every recording rule, or an alert that stands on it', () => {
    const tested = testsOf(set)
      .flatMap(test => test.promql_expr_test ?? [])
      .flatMap(one => metricNames(one.expr))
    const reached = new Set(tested)
    const queue = [...tested, ...alertsOf(set).flatMap(alert => metricNames(alert.expr))]
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      reached.add(name)
      for (const rule of rulesOf(set).filter(one => one.record === name))
        queue.push(...metricNames(rule.expr).filter(other => !reached.has(other)))
    }
    const names = rulesOf(set).flatMap(rule => rule.record ?? [])
    expect(names.filter(name => !reached.has(name))).toEqual([])
  })
})

describe.each(dashboards.map(one => [one.id, one.spec] as const))('metrics of %s', (id, spec) => {
  const named = expressionsOf(id).flatMap(({ where, expr }) =>
    metricNames(expr).map(metric => ({ where, metric })),
  )

  it('are named by its rules and panels at all', () => {
    expect(named.length).toBeGreaterThan(2)
  })

  it('exist in a recorded scrape, or are recorded by a rule', () => {
    const unknown = named.filter(({ metric }) => !isRecorded(metric) && exposersOf(metric).length === 0)
    expect(unknown).toEqual([])
  })

  it('have the labels that are selected on', () => {
    expect(missingLabels(id)).toEqual([])
  })

  it('survive lean mode', () => {
    const lost = named
      .filter(({ metric }) => !isRecorded(metric))
      .filter(({ metric }) => {
        const from = exposes(id, metric) ? [id] : exposersOf(metric)
        return from.length > 0 && !from.some(one => isKept(one, metric))
      })
    expect(lost).toEqual([])
  })

  it('survive lean mode in the scrape whose job they select', () => {
    const lost = expressionsOf(id).flatMap(({ where, expr }) =>
      [...expr.matchAll(/([a-zA-Z_:][a-zA-Z0-9_:]*)\{[^{}]*?\bjob="([\w-]+)"/g)]
        .map(match => ({ where, metric: match[1] ?? '', job: match[2] ?? '' }))
        .filter(({ metric, job }) => !isRecorded(metric) && !(exposes(job, metric) && isKept(job, metric))),
    )
    expect(lost).toEqual([])
  })

  it('fill panels that say what they mean', () => {
    const faults = spec.rows
      .flatMap(row => row.panels)
      .flatMap(panel => [
        ...(/^\S.{20,}\.$/.test(panel.description) ? [] : [`${panel.title}: description`]),
        ...(UNITS.has(panel.unit) ? [] : [`${panel.title}: unit ${panel.unit}`]),
        ...(panel.type === 'text' || panel.query !== undefined || panel.queries?.length
          ? []
          : [`${panel.title}: no query`]),
      ])
    expect(faults).toEqual([])
  })

  it('are read over windows that fit the zoom', () => {
    const fixed = expressionsOf(id)
      .filter(({ where }) => where.startsWith('panel'))
      .flatMap(({ where, expr }) =>
        [...expr.matchAll(/\[([^\]:]+)/g)]
          .map(match => match[1] ?? '')
          .filter(window => !window.startsWith('$__') && seconds(window) < 600)
          .map(window => `${where}: [${window}]`),
      )
    expect(fixed).toEqual([])
    const zoomed = expressionsOf(id).flatMap(({ where, expr }) =>
      [...expr.matchAll(/\[(\$__interval|\$__range)\]/g)].map(match => `${where}: ${match[0]}`),
    )
    expect(zoomed.filter(one => one.includes('$__interval'))).toEqual([])
  })

  it('are laid out without holes in the identity of panels', () => {
    const compiled = compileDashboard(spec, {
      id,
      job: modules.some(module => module.id === id) ? id : '',
      features: ALL_FEATURES,
      titles: new Map(dashboards.map(one => [one.id, one.spec.title])),
    })
    expect(compiled.uid).toBe(`vigie-${id}`)
    const panels = allPanels(compiled.panels)
    expect(panels.length).toBeGreaterThan(3)
    expect(new Set(panels.map(panel => panel.id)).size).toBe(panels.length)
    expect(overlaps(compiled.panels)).toEqual([])
    const targets = panels.flatMap(panel => panel.targets ?? [])
    expect(targets.length).toBeGreaterThan(2)
    expect(targets.filter(target => target.datasource?.uid !== DATASOURCE)).toEqual([])
    expect(targets.filter(target => /\$target/.test(target.expr))).toEqual([])
  })

  it('link only to dashboards that exist', () => {
    const ids = dashboards.map(one => one.id)
    const urls = spec.rows.flatMap(row => row.panels).flatMap(panel => panel.links.map(link => link.url))
    expect(spec.links.filter(link => !ids.includes(link))).toEqual([])
    const own = urls.filter(url => url.startsWith('/d/')).map(url => url.replace(/[?#].*/, ''))
    expect(own.filter(url => !ids.some(one => url === `/d/vigie-${one}`))).toEqual([])
  })
})

const ALL_FEATURES = new Set([
  ...modules.map(module => module.id),
  ...[
    'app',
    'websocket',
    'container',
    'cpu',
    'memory',
    'eventLoop',
    'gc',
    'threads',
    'goroutines',
    'workers',
    'heap',
  ],
])

function alertFaults(alert: ReturnType<typeof alertsOf>[number]): string[] {
  const { severity } = alert.labels ?? {}
  const { summary = '', description = '' } = alert.annotations ?? {}
  // An age below a bound is a window too: `time() - started < 600`.
  const overWindow = /\[[^\]]+\]|time\(\) - [^<>]+ < \d/.test(alert.expr)
  const always = alert.alert === ALWAYS_FIRING
  const faults: [boolean, string][] = [
    [SEVERITIES.some(one => one === severity), `severity ${severity}`],
    [/^[A-Za-z][^{}\n]*\.$/.test(summary), `summary: ${summary}`],
    [always || /\{\{ \$(labels\.\w+|value)/.test(description), `description: ${description}`],
    [always || overWindow || seconds(alert.for ?? '0s') >= 60, `for ${alert.for}`],
    [/^([A-Z][a-z0-9]+)+$/.test(alert.alert) && alert.alert.length <= 40, 'name'],
  ]
  return faults.filter(([good]) => !good).map(([, fault]) => `${alert.alert}: ${fault}`)
}

function untested(set: RuleSet): string[] {
  const cases = testsOf(set).flatMap(test => test.alert_rule_test ?? [])
  return [...new Set(alertsOf(set).map(rule => rule.alert))].flatMap(alert => {
    const own = cases.filter(one => one.alertname === alert)
    const fires = own.some(one => (one.exp_alerts ?? []).length > 0)
    const silent = alert === ALWAYS_FIRING || own.some(one => one.exp_alerts?.length === 0)
    return [...(fires ? [] : [`${alert} never fires`]), ...(silent ? [] : [`${alert} is never silent`])]
  })
}

function isKept(id: string, metric: string): boolean {
  const module = modules.find(one => one.id === id)
  const keep = module && keepList(module)
  return keep === undefined || new RegExp(`^(?:${keep})$`).test(metric)
}

/** A label counts as there when any module that exposes the metric has it, or the rule that records it mentions it. */
function missingLabels(id: string): string[] {
  return expressionsOf(id).flatMap(({ where, expr }) =>
    selectors(expr).flatMap(({ metric, labels }) =>
      labels
        .filter(label => !ADDED_LABELS.has(label) && !hasLabel(id, metric, label))
        .map(label => `${where}: ${metric} has no label ${label}`),
    ),
  )
}

function hasLabel(id: string, metric: string, label: string): boolean {
  if (OWN_SERIES.test(metric)) return true
  const recording = recordings.get(metric)
  if (recording)
    return recording.some(
      rule => new RegExp(`\\b${label}\\b`).test(rule.expr) || rule.labels?.[label] !== undefined,
    )
  const known = scrapes.get(id)?.has(metric) ? [id] : exposersOf(metric)
  const seen = known.flatMap(one => scrapes.get(one)?.get(metric) ?? [])
  return seen.length === 0 || seen.some(set => set.has(label))
}

interface PanelJson {
  readonly id: number
  readonly gridPos: { x: number; y: number; w: number; h: number }
  readonly panels?: PanelJson[]
  readonly targets?: { expr: string; datasource?: { uid: string } }[]
}

function allPanels(panels: unknown): PanelJson[] {
  return (panels as PanelJson[]).flatMap(panel => [panel, ...allPanels(panel.panels ?? [])])
}

function overlaps(panels: unknown): string[] {
  const list = panels as PanelJson[]
  const clash = (a: PanelJson['gridPos'], b: PanelJson['gridPos']): boolean =>
    a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
  const own = list.flatMap((a, index) =>
    list.slice(index + 1).flatMap(b => (clash(a.gridPos, b.gridPos) ? [`${a.id} and ${b.id}`] : [])),
  )
  const outside = list.flatMap(({ id, gridPos: { x, w } }) =>
    x < 0 || x + w > 24 ? [`${id} is too wide`] : [],
  )
  return [...own, ...outside, ...list.flatMap(panel => overlaps(panel.panels ?? []))]
}
