import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { needs, tool } from '../tools.ts'
import { configOf, renderConfig } from './stacks.ts'

const slo = { availability: 99.9, latency: { threshold: 0.3, target: 99 } }
const services = (over: object = {}): Record<string, unknown> => ({
  services: { api: { kind: 'express', address: 'api:3000', slo, ...over } },
})
const refusal = (data: Record<string, unknown>): string => {
  try {
    renderConfig(configOf(data))
  } catch (error) {
    return String(error)
  }
  return 'accepted'
}

describe('an slo in vigie.yaml', () => {
  it('brings its rules, tests, runbook and dashboard, and only then', () => {
    const named = (data: Record<string, unknown>): string[] =>
      [...renderConfig(configOf(data)).keys()].filter(path => /slo|objectives/.test(path)).sort()
    expect(named(services())).toEqual([
      'grafana/dashboards/vigie/slo.json',
      'prometheus/rules/objectives.yml',
      'prometheus/rules/slo.yml',
      'prometheus/tests/slo.yml',
      'runbooks/slo.md',
    ])
    expect(named({ services: { api: { kind: 'express', address: 'api:3000' } } })).toEqual([])
  })

  it('keeps samples for as long as it looks back', () => {
    const compose = (data: Record<string, unknown>): string =>
      renderConfig(configOf(data)).get('compose.yaml') ?? ''
    expect(compose(services())).toContain('--storage.tsdb.retention.time=31d')
    expect(compose(services({ slo: { ...slo, window: '7d' } }))).toContain(
      '--storage.tsdb.retention.time=15d',
    )
    const short = {
      ...services({ slo: { ...slo, window: '7d' } }),
      stack: { prometheus: { retention: '3d' } },
    }
    expect(refusal(short)).toMatch(/look back 7d, but Prometheus keeps only 3d/)
  })

  it('is refused where it cannot be measured', () => {
    expect(refusal({ services: { db: { kind: 'postgres', address: 'db:5432', slo } } })).toMatch(
      /"slo" is for applications/,
    )
    expect(refusal({ services: { any: { kind: 'http', address: 'any:80', slo } } })).toMatch(
      /nothing says how its requests are named/,
    )
    expect(refusal(services({ map: { count: 'calls_total', status: 'code' } }))).toMatch(/needs a histogram/)
    expect(refusal(services({ slo: { availability: 100 } }))).toMatch(/below 100/)
    expect(refusal(services({ slo: {} }))).toMatch(/availability, latency or both/)
  })
})

const promtool = tool('promtool')
const folder = mkdtempSync(join(tmpdir(), 'vigie-slo-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Requests of a service in ten a second, some of them slow, some failed, as prom-client counts them. */
const traffic = (service: string, slow: string, failed: string): { series: string; values: string }[] => {
  const labels = `job="express", service="${service}", instance="${service}:3000", method="GET", route="/pay"`
  const name = 'http_request_duration_seconds'
  return [
    { series: `${name}_count{${labels}, status_code="200"}`, values: '0+600x240' },
    { series: `${name}_bucket{${labels}, status_code="200", le="0.3"}`, values: slow },
    { series: `${name}_bucket{${labels}, status_code="200", le="+Inf"}`, values: '0+600x240' },
    { series: `${name}_count{${labels}, status_code="500"}`, values: failed },
    { series: `${name}_bucket{${labels}, status_code="500", le="0.3"}`, values: failed },
  ]
}

describe.skipIf(promtool === undefined)(needs('the rendered rules', 'promtool'), () => {
  it('page for raw counters that miss the objective, and for nothing else', () => {
    const tree = renderConfig(
      configOf({
        services: Object.fromEntries(
          ['slow', 'failing', 'fine'].map(name => [name, { kind: 'express', address: `${name}:3000`, slo }]),
        ),
      }),
    )
    const files = ['express', 'app', 'slo', 'objectives'].map(name => `prometheus/rules/${name}.yml`)
    for (const path of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), tree.get(path) ?? '')
    }
    const burn = (eval_time: string, expected: Record<string, number>): object => ({
      expr: 'round(slo:burn:ratio_rate5m, 0.1) > 0',
      eval_time,
      exp_samples: Object.entries(expected).map(([name, value]) => ({
        labels: `{job="express", service="${name.split(' ')[0]}", slo="${name.split(' ')[1]}"}`,
        value,
      })),
    })
    const test = {
      rule_files: files,
      evaluation_interval: '1m',
      fuzzy_compare: true,
      tests: [
        {
          interval: '1m',
          input_series: [
            ...traffic('slow', '0+300x240', '0x240'),
            ...traffic('failing', '0+600x240', '0+150x240'),
            ...traffic('fine', '0+600x240', '0x240'),
          ],
          promql_expr_test: [
            burn('120m', { 'slow latency': 50, 'failing availability': 200 }),
            {
              expr: 'ALERTS{alertname="SloBudgetBurnsFast", alertstate="firing"}',
              eval_time: '120m',
              exp_samples: [
                ['failing', 'availability'],
                ['slow', 'latency'],
              ].map(([service, name]) => ({
                labels: `ALERTS{alertname="SloBudgetBurnsFast", alertstate="firing", severity="critical", job="express", service="${service}", slo="${name}"}`,
                value: 1,
              })),
            },
            { expr: 'ALERTS{alertname="SloNotMeasured"}', eval_time: '120m', exp_samples: [] },
            {
              expr: 'round(slo:error_budget:ratio{service="failing", slo="availability"}, 1)',
              eval_time: '120m',
              exp_samples: [
                { labels: '{job="express", service="failing", slo="availability"}', value: -199 },
              ],
            },
          ],
        },
      ],
    }
    writeFileSync(join(folder, 'test.yml'), JSON.stringify(test))
    const ran = spawnSync(promtool ?? '', ['test', 'rules', 'test.yml'], { cwd: folder, encoding: 'utf8' })
    expect(ran.status, `${ran.stdout}${ran.stderr}`).toBe(0)
  }, 240_000)
})
