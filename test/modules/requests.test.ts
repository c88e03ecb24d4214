import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { Module } from '../../src/core/modules/module.ts'
import { runtimeRow } from '../../src/core/render/requests.ts'
import { type RequestRow, withPrefix } from '../../src/core/requests/row.ts'
import { NO_TRAFFIC, requestRules, socketRules } from '../../src/core/requests/rules.ts'
import { type RuntimeRow, runtimeRules } from '../../src/core/requests/runtime.ts'
import { loadStackTemplates } from '../../src/io/templates.ts'
import { needs, tool } from '../tools.ts'
import { fileOf, modules } from './facts.ts'
import { type Sample, samplesOf, selects } from './recording.ts'

/** Every row of the metric map with the scrape that was recorded of its library: the kind's own for the first one. */
const rows = modules.flatMap(module =>
  Object.entries(module.manifest.requests ?? {}).map(([library, row], index) => {
    const file = index === 0 ? 'metrics.prom' : `metrics.${library}.prom`
    const prefix = module.manifest.settings.prefix?.default
    return {
      name: `${module.id} ${library}`,
      id: module.id,
      library,
      row: typeof prefix === 'string' ? withPrefix(row, prefix) : row,
      text: fileOf(`modules/${module.id}`, file) ?? '',
      module,
    }
  }),
)
/** What a process that uses this library says of itself. */
function processOf(module: Module, row: RequestRow): RuntimeRow | undefined {
  const named = runtimeRow(row.runtime ?? module.manifest.runtime, loadStackTemplates().runtimes)
  const prefix = module.manifest.settings.prefix?.default
  return named && typeof prefix === 'string' ? withPrefix(named, prefix) : named
}
const promtool = tool('promtool')
const folder = mkdtempSync(join(tmpdir(), 'vigie-requests-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Labels of the target win; Prometheus keeps those of the library under another name. */
const exported = ([label, value]: [string, string]): [string, string] => [
  label in TARGET ? `exported_${label}` : label,
  value,
]

/** Each recorded counter grows by its value a minute, so a rate is the recorded value over 60. */
const STEADY = /_(total|count|sum|bucket|created)$/
const TARGET = { job: 'kind', service: 'api', instance: 'api:80' }

it('there are rows at all', () => {
  expect(rows.length).toBeGreaterThan(0)
})

describe.each(rows.map(one => [one.name, one] as const))('the row of %s', (_name, { row, text, module }) => {
  const samples = samplesOf(text)
  const counted = samples.filter(sample => countSelects(row, sample))

  it('is held against a recording of the library, whose first line says which version', () => {
    expect(text.split('\n')[0]).toMatch(/^# (?!HELP|TYPE)\S.* \S*\d/)
    expect(counted.length).toBeGreaterThan(2)
  })

  it('names labels that every recorded request has, but for the route of one that none took', () => {
    for (const labels of [row.status, row.route, row.method]) {
      if (labels === undefined) continue
      const names = labels.flatMap(label => label.split('#'))
      expect(
        counted.filter(sample => !names.some(name => name in sample.labels) && !isUnmatched(row, sample)),
      ).toEqual([])
    }
  })

  it('names metrics that the recording has', () => {
    const named = [
      row.duration && `${row.duration}|_sum`,
      row.overall && `${row.overall}|_count`,
      row.errors?.['5xx'],
    ]
    for (const one of named) {
      if (!one) continue
      const [selector = '', suffix = ''] = one.split('|')
      expect(
        samples.some(sample => selects(selector, suffix, sample)),
        one,
      ).toBe(true)
    }
  })

  it('stands beside a runtime whose metrics the recording has', () => {
    const rules = runtimeRules(processOf(module, row) ?? {})
    for (const selector of rules.flatMap(({ expr }) => expr.match(/[a-zA-Z_][a-zA-Z0-9_]*\{[^}]*\}/g) ?? []))
      expect(
        samples.some(sample => selects(selector.replace('{}', ''), '', sample)),
        selector,
      ).toBe(true)
  })
})

it('a library that detection proposes is one', () => {
  const proposed = modules.flatMap(({ manifest }) =>
    [...JSON.stringify(manifest.evidence).matchAll(/"library":"([^"]+)"/g)].map(([, library]) => library),
  )
  expect(proposed.length).toBeGreaterThan(5)
  const known = rows.map(one => one.library)
  expect(proposed.filter(library => !known.includes(library ?? ''))).toEqual([])
})

it('a name of a library means the same metrics wherever it stands', () => {
  const meanings = new Map<string, Set<string>>()
  for (const { library, row } of rows) {
    const { count, duration, unit, status, route, method } = row
    const meaning = JSON.stringify({ count, duration, unit, status, route, method })
    meanings.set(library, (meanings.get(library) ?? new Set()).add(meaning))
  }
  expect([...meanings].filter(([, different]) => different.size > 1)).toEqual([])
})

describe.skipIf(promtool === undefined)(needs('the recorded series', 'promtool'), () => {
  const run = (args: string[]): { status: number | null; said: string } => {
    const { status, stdout, stderr } = spawnSync(promtool ?? '', args, { cwd: folder, encoding: 'utf8' })
    return { status, said: `${stdout}${stderr}` }
  }
  const files = rows.map(one => `${one.id}-${one.library}.yml`)
  beforeAll(() => {
    rows.forEach(({ row, module, text }, index) => {
      const runtime = processOf(module, row)
      const groups = [
        {
          name: 'requests',
          rules: [...requestRules(row, 'job="kind"'), ...socketRules(row.websocket, 'job="kind"')],
        },
        ...(runtime ? [{ name: 'process', rules: runtimeRules(runtime, 'job="kind"') }] : []),
      ]
      const file = files[index] ?? ''
      writeFileSync(join(folder, file), stringify({ groups }, { lineWidth: 0 }))
      writeFileSync(join(folder, `test-${file}`), JSON.stringify(ruleTest(file, row, samplesOf(text))))
    })
  })

  it('come from rules that promtool has nothing to say about', () => {
    const { status, said } = run(['check', 'rules', '--lint=all', '--lint-fatal', ...files])
    expect(status, said).toBe(0)
  })

  it('are what each library counted', () => {
    const { status, said } = run(['test', 'rules', ...files.map(file => `test-${file}`)])
    expect(status, said).toBe(0)
  })
})

const isUnmatched = (row: RequestRow, sample: Sample): boolean =>
  (row.status ?? []).some(label => sample.labels[label] === '404')

const countSelects = (row: RequestRow, sample: Sample): boolean =>
  row.count === undefined ? selects(row.duration ?? '', '_count', sample) : selects(row.count, '', sample)

function ruleTest(file: string, row: RequestRow, samples: readonly Sample[]): object {
  const used = new RegExp(
    `^(${[row.count, row.duration, row.overall, row.errors?.['5xx'], row.errors?.['4xx']].flatMap(one => one?.split('{')[0] ?? []).join('|')})(_bucket|_sum|_count)?$`,
  )
  return {
    rule_files: [file],
    evaluation_interval: '1m',
    fuzzy_compare: true,
    tests: [
      {
        interval: '1m',
        input_series: samples
          .filter(sample => used.test(sample.name))
          .map(sample => ({
            series: `${sample.name}{${[
              ...Object.entries(sample.labels).map(exported),
              ...Object.entries(TARGET),
            ]
              .map(([label, value]) => `${label}="${value}"`)
              .join(',')}}`,
            values:
              STEADY.test(sample.name) || sample.name === row.count
                ? `0+${plain(sample.value)}x8`
                : `${plain(sample.value)}x8`,
          })),
        promql_expr_test: expectations(row, samples).map(([expr, wanted]) => ({
          expr: `round(${expr}, 0.000001)`,
          eval_time: '7m',
          exp_samples: wanted.map(({ labels, value }) => ({
            labels: seriesLabels(labels),
            value: Math.floor(value * 1e6 + 0.5) / 1e6,
          })),
        })),
      },
    ],
  }
}

const plain = (value: number): string => value.toFixed(12).replace(/\.?0+$/, '')
const seriesLabels = (labels: Readonly<Record<string, string>>): string =>
  `{${Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(', ')}}`

interface Wanted {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** What the recorded series should hold, computed from the recording without PromQL. */
function expectations(row: RequestRow, samples: readonly Sample[]): [string, Wanted[]][] {
  const traffic = samples.filter(sample => isTraffic(row, sample))
  const total = (suffix: string, selector: string, from: readonly Sample[]): number =>
    from.filter(sample => selects(selector, suffix, sample)).reduce((all, sample) => all + sample.value, 0)
  const scale = row.unit === 'ms' ? 0.001 : 1
  const found: [string, Wanted[]][] = [
    ['sum by (status_class) (app:http_requests:rate5m)', statusClasses(row, traffic)],
  ]
  if (row.duration === undefined) return found
  const overall = row.overall ?? row.duration
  const from = row.overall === undefined ? traffic : samples
  const requests = traffic
    .filter(sample => countSelects(row, sample))
    .reduce((all, one) => all + one.value, 0)
  const average = (total('_sum', row.duration, traffic) / requests) * scale
  found.push(['sum(app:http_request_duration_seconds:avg_rate5m)', [{ labels: {}, value: average }]])
  if (row.summary) return found
  const quantile =
    percentile(
      0.95,
      from.filter(sample => selects(overall, '_bucket', sample)),
    ) * scale
  found.push(['sum(app:http_request_duration_seconds:p95_rate5m)', [{ labels: {}, value: quantile }]])
  return found
}

function isTraffic(row: RequestRow, sample: Sample): boolean {
  const labels = (row.route ?? []).flatMap(label => label.split('#'))
  return !labels.some(label =>
    new RegExp(`^(?:${[NO_TRAFFIC, ...row.ignore].join('|')})$`).test(sample.labels[label] ?? ''),
  )
}

function statusClasses(row: RequestRow, traffic: readonly Sample[]): Wanted[] {
  const classes = new Map<string, number>()
  const add = (name: string, value: number): void => {
    classes.set(name, (classes.get(name) ?? 0) + value / 60)
  }
  for (const sample of traffic) {
    for (const [status, counter] of Object.entries(row.errors ?? {}))
      if (counter !== undefined && selects(counter, '', sample)) {
        add(status, sample.value)
        add('2xx', -sample.value)
      }
    if (!countSelects(row, sample)) continue
    const status = (row.status ?? []).map(label => sample.labels[label]).find(value => value !== undefined)
    add(
      row.status === undefined ? '2xx' : /^[1-5]/.test(status ?? '') ? `${status?.[0]}xx` : '',
      sample.value,
    )
  }
  return [...classes].map(([name, value]) => ({ labels: name === '' ? {} : { status_class: name }, value }))
}

/** The usual interpolation within the bucket that the quantile falls into. */
function percentile(quantile: number, buckets: readonly Sample[]): number {
  const byBound = new Map<number, number>()
  for (const { labels, value } of buckets) {
    const bound = Number((labels.le ?? '').replace('Inf', 'Infinity'))
    byBound.set(bound, (byBound.get(bound) ?? 0) + value)
  }
  const sorted = [...byBound].sort(([a], [b]) => a - b)
  const rank = quantile * (sorted.at(-1)?.[1] ?? 0)
  const index = sorted.findIndex(([, count]) => count >= rank)
  const [bound = 0, count = 0] = sorted[index] ?? []
  const [from = 0, before = 0] = sorted[index - 1] ?? []
  return bound === Infinity ? from : from + ((bound - from) * (rank - before)) / (count - before)
}
