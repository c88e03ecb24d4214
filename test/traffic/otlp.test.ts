import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { configOf, renderConfig } from '../render/stacks.ts'
import { needs, tool } from '../tools.ts'
import { type App, prepare, type Running, run } from './apps.ts'
import { type Server, startPrometheus } from './prometheus.ts'

const SENDER: App = {
  name: 'otlp',
  kind: 'opentelemetry',
  needs: ['npm'],
  install: [['npm', 'install', '--no-audit', '--no-fund', '--silent']],
  start: ['node', 'app.js'],
  metricsPath: '/',
}
const SERVICES = {
  shop: {
    kind: 'opentelemetry',
    address: 'shop:8080',
    push: true,
    slo: { availability: 99, latency: { threshold: 0.1, target: 95 } },
  },
}
const program = tool('prometheus')
/** Debian builds its Prometheus without the receiver. */
const receives = (path: string): boolean =>
  spawnSync(path, ['--help'], { encoding: 'utf8' }).stdout.includes('web.enable-otlp-receiver')
const reason =
  program === undefined
    ? undefined
    : receives(program)
      ? prepare(SENDER)
      : 'this Prometheus has no OTLP receiver'
const said = reason ? `OTLP (skipped: ${reason})` : needs('OTLP', 'prometheus')

describe.skipIf(program === undefined || reason !== undefined)(said, () => {
  let server: Server | undefined
  let sender: Running | undefined
  const value = (query: string): Promise<number> => server?.value(query) ?? Promise.resolve(Number.NaN)

  beforeAll(async () => {
    server = await startPrometheus(program ?? '', SERVICES)
    const environment = {
      OTEL_RESOURCE_ATTRIBUTES:
        'service.name=shop,service.namespace=acme,service.instance.id=one,host.name=h1',
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${server.url}/api/v1/otlp/v1/metrics`,
    }
    sender = await run({ ...SENDER, environment })
    await until(async () => (await value('slo:events:rate5m{slo="latency"}')) > 2)
  })
  afterAll(() => {
    sender?.stop()
    server?.stop()
  })

  it('is up under the labels of vigie.yaml, and expected', async () => {
    expect(await value('up{job="opentelemetry", service="shop", instance="one"}')).toBe(1)
    expect(
      (await server?.vector('stack:expected_target:info{service="shop"} unless on (job, service) up')) ?? [],
    ).toEqual([])
  })

  it('has its requests, failures and times on the common series', async () => {
    const own = '{job="opentelemetry", service="shop"}'
    const all = await value(`sum(app:http_requests:rate5m${own})`)
    expect(all).toBeGreaterThan(0)
    const failed = await value(
      `sum(app:http_requests:rate5m{service="shop", status_class="5xx", route="/orders/:id", method="GET"})`,
    )
    expect(failed / all).toBeCloseTo(0.1, 2)
    const mean = await value(`app:http_request_duration_seconds:avg_rate5m${own}`)
    expect(mean).toBeCloseTo(0.9 * 0.06 + 0.1 * 0.2, 2)
    const p50 = await value(`app:http_request_duration_seconds:p50_rate5m${own}`)
    expect(p50).toBeGreaterThan(0.05)
    expect(p50).toBeLessThanOrEqual(0.075)
  })

  it('has its objectives', async () => {
    const bad = 'slo:bad_events:rate5m{job="opentelemetry", service="shop", slo="latency"}'
    expect(await value(`${bad} / ignoring () slo:events:rate5m{slo="latency"}`)).toBeCloseTo(0.1, 2)
  })
})

describe('the receiver', () => {
  const of = (services: object): Map<string, string> => renderConfig(configOf({ services }))

  it('listens on loopback and on the networks of those who send', () => {
    const files = of(SERVICES)
    const { prometheus } = parse(files.get('compose.yaml') ?? '').services
    expect(prometheus.command).toContain('--web.enable-otlp-receiver')
    expect(prometheus.ports).toEqual(['127.0.0.1:9090:9090'])
    expect(prometheus.networks).toEqual(['vigie', 'default'])
    expect(files.has('prometheus/scrape/shop.yml')).toBe(false)
  })

  it('is off where nobody sends', () => {
    const files = of({ shop: { ...SERVICES.shop, push: false } })
    expect([...files].filter(([path, text]) => !path.endsWith('README.md') && /otlp/i.test(text))).toEqual([])
    expect(files.has('prometheus/scrape/shop.yml')).toBe(true)
  })
})

async function until(done: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await done()) return
    await new Promise(next => setTimeout(next, 200))
  }
  throw new Error('it did not happen within a minute')
}
