import { describe, expect, it } from 'vitest'
import { legendOf } from '../../src/core/dashboards/panel.ts'
import { queriesOf } from '../../src/core/dashboards/spec.ts'
import { alertsOf, dashboards, recordings, ruleSets, scrapes } from './facts.ts'
import { type LabelsOf, resultLabels } from './labels.ts'

/** What the scrape configuration gives every series of a target. */
const TARGET_LABELS = ['job', 'service', 'instance']
/** Series that Prometheus or the rendered expectations write, and their labels. */
const OWN_SERIES: Readonly<Record<string, readonly string[]>> = {
  up: [...TARGET_LABELS, 'part'],
  'stack:expected_target:info': ['job', 'service'],
  'stack:app_container:info': ['job', 'service', 'project', 'container'],
  'stack:app_errors_threshold:ratio': ['job', 'service'],
  'stack:app_latency_threshold:seconds': ['job', 'service'],
  'stack:expected_container:info': ['project', 'service'],
  'stack:scrape_timeout:seconds': ['job', 'service'],
}
/** Alerts about everything or a whole project: no single service has them. */
const OF_NO_SERVICE = ['Watchdog', 'ContainerProjectUnseen']

describe('the labels that an expression leaves', () => {
  const of: LabelsOf = metric => new Set({ a: ['x', 'y', 'le'], b: ['x', 'z'] }[metric])
  it.each([
    ['a', 'x y le'],
    ['a{y=""}', 'x le'],
    ['rate(a{x="1"}[5m:1m] offset 1h)', 'x y le'],
    ['sum by (x, gone) (a)', 'x'],
    ['sum without (le) (rate(a[$__rate_interval]))', 'x y'],
    ['count(sum by (x) (a)) > 0', ''],
    ['topk(5, sum by (x) (a))', 'x'],
    ['count_values by (x) ("value", a)', 'x value'],
    ['histogram_quantile(0.95, sum by (x, le) (a))', 'x'],
    ['a / on (x) group_left (z) b', 'x y le z'],
    ['a / on (x) b', 'x'],
    ['a - ignoring (le) a', 'x y'],
    ['1 - (time() - a) / 2', 'x y le'],
    ['b and on (x) a', 'x z'],
    ['sum by (y) (a) or b', 'y x z'],
    ['absent(b{z="1", x=~"2"})', 'z'],
    ['label_replace(b, "new", "$1", "x", "(.*)")', 'x z new'],
    ['scalar(b) * vector(1)', ''],
    ['# why\nclamp_min(max by (x) (a), 0)', 'x'],
  ])('%s', (expr, expected) => {
    expect([...(resultLabels(expr, of) ?? [])].join(' ')).toBe(expected)
  })
})

describe.each(ruleSets.map(set => [set.id, set] as const))('alerts of %s', (id, set) => {
  const results = alertsOf(set).map(alert => ({ alert, found: resultLabels(alert.expr, labelsIn(id)) }))

  it('fill their texts with labels that they have', () => {
    const faults = results.flatMap(({ alert, found }) => {
      const text = JSON.stringify([alert.annotations, alert.labels])
      const used = [...text.matchAll(/\$labels\.(\w+)/g)].map(match => match[1] ?? '')
      return used
        .filter(label => found && !found.has(label) && alert.labels?.[label] === undefined)
        .map(label => `${alert.alert}: ${label}`)
    })
    expect(faults).toEqual([])
  })

  it('say which service they are about', () => {
    const nameless = results.filter(
      ({ alert, found }) => found && !found.has('service') && !OF_NO_SERVICE.includes(alert.alert),
    )
    expect(nameless.map(({ alert }) => alert.alert)).toEqual([])
  })
})

describe.each(dashboards.map(one => [one.id, one.spec] as const))('dashboard %s', (id, spec) => {
  const panels = spec.rows.flatMap(row => row.panels)
  const shown = panels.flatMap(panel =>
    queriesOf(panel).map(query => {
      const expr = query.expr.trim().replaceAll('$target', spec.selector)
      const legend = query.legend ?? panel.legend ?? legendOf(expr)
      return { panel, legend, found: resultLabels(expr, labelsIn(id)) }
    }),
  )

  it('has legends of labels that the query returns', () => {
    const faults = shown.flatMap(({ panel, legend, found }) =>
      [...legend.matchAll(/\{\{\s*(\w+)\s*\}\}/g)]
        .filter(match => found && !found.has(match[1] ?? ''))
        .map(match => `${panel.title}: ${match[0]}`),
    )
    expect(faults).toEqual([])
  })

  it('has tables that name their value, and no column that is not there', () => {
    const tables = shown.filter(({ panel }) => panel.type === 'table')
    const faults = tables.flatMap(({ panel, found }) => [
      ...(panel.columns?.Value === undefined ? [`${panel.title}: Value has no name`] : []),
      ...Object.keys(panel.columns ?? {})
        .filter(column => column !== 'Value' && found && !found.has(column))
        .map(column => `${panel.title}: ${column}`),
    ])
    expect(faults).toEqual([])
  })
})

/** The labels of a metric as a rule or panel of this module meets it; unknown where no recording shows it. */
function labelsIn(id: string): LabelsOf {
  const known = new Map<string, ReadonlySet<string> | undefined>()
  const of: LabelsOf = metric => {
    if (!known.has(metric)) {
      known.set(metric, undefined)
      known.set(metric, recordedLabels(metric, of) ?? scrapedLabels(id, metric))
    }
    return known.get(metric)
  }
  return of
}

function recordedLabels(metric: string, of: LabelsOf): ReadonlySet<string> | undefined {
  const own = OWN_SERIES[metric]
  if (own) return new Set(own)
  const results = recordings
    .get(metric)
    ?.map(rule => [rule.labels ?? {}, resultLabels(rule.expr, of)] as const)
  if (results?.every(([, found]) => found !== undefined))
    return new Set(results.flatMap(([labels, found]) => [...Object.keys(labels), ...(found ?? [])]))
  return undefined
}

function scrapedLabels(id: string, metric: string): ReadonlySet<string> | undefined {
  const ids = scrapes.get(id)?.has(metric)
    ? [id]
    : [...scrapes.keys()].filter(one => scrapes.get(one)?.has(metric))
  if (ids.length === 0) return undefined
  return new Set(ids.flatMap(one => [...(scrapes.get(one)?.get(metric) ?? []), ...labelsOfScrape(one)]))
}

/** What a module's own scrape job adds: labels of its targets, and what its relabelling makes. */
function labelsOfScrape(id: string): string[] {
  const text = ruleSets.find(set => set.id === id)?.file('scrape.yml.hbs') ?? ''
  const made = [...text.matchAll(/target_label: (\w+)/g)].map(match => match[1] ?? '')
  const given = [...text.matchAll(/\blabels: \{(.*)\}/g)].flatMap(match =>
    [...(match[1] ?? '').matchAll(/(?:^|, )\s*(\w+):/g)].map(label => label[1] ?? ''),
  )
  return [...TARGET_LABELS, ...made, ...given]
}
