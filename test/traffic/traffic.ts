import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadRegistry } from '../../src/io/templates.ts'
import { samplesOf, selects } from '../modules/recording.ts'
import { needs, tool } from '../tools.ts'
import { type App, prepare, type Running, run } from './apps.ts'
import { type Plan, type Sent, send } from './generator.ts'
import { caughtUp, type Server, startPrometheus } from './prometheus.ts'

/** Other rates, lengths and waits: TRAFFIC_RATE, TRAFFIC_SECONDS and TRAFFIC_SLOW (milliseconds). */
const PLAN: Plan = {
  rate: Number(process.env.TRAFFIC_RATE ?? 10),
  seconds: Number(process.env.TRAFFIC_SECONDS ?? 30),
  slow: Number(process.env.TRAFFIC_SLOW ?? 150),
  round: [
    ['GET', '/'],
    ['GET', '/hello/ada'],
    ['GET', '/hello/bob'],
    ['POST', '/items'],
    ['GET', '/items/7'],
    ['GET', '/boom'],
    ['GET', '/slow?ms=SLOW'],
    ['GET', '/missing'],
    ['GET', '/'],
    ['GET', '/slow?ms=SLOW'],
    ['GET', '/hello/eve'],
    ['GET', '/'],
  ],
}
/** A rate over five minutes that holds less is the sum over 300; Prometheus adds up to half a scrape at both ends. */
const WINDOW = 300
const RATE_TOLERANCE = 0.06
const SHARE_TOLERANCE = 0.015
const TIME_TOLERANCE = 0.03

/**
 * Real applications under generated traffic, scraped by the rendered configuration: what the recorded series say, against
 * what was sent. A server's own times lie between the waits that were asked for and what the client measured.
 */
export function trafficTests(title: string, apps: readonly App[]): void {
  const program = tool('prometheus')
  describe.skipIf(program === undefined)(needs(title, 'prometheus'), () => {
    const absent = new Map(apps.map(app => [app.name, program ? prepare(app) : undefined]))
    const ready = apps.filter(app => absent.get(app.name) === undefined)
    const running = new Map<string, Running>()
    const sent = new Map<string, Sent>()
    let server: Server | undefined
    const portOf = (app: App): number => running.get(app.name)?.port ?? 0

    beforeAll(async () => {
      for (const app of ready) running.set(app.name, await run(app))
      // A series counts from its first sample on: each has to be there before it matters.
      await Promise.all(ready.map(app => send(portOf(app), { ...PLAN, rate: PLAN.round.length, seconds: 2 })))
      server = await startPrometheus(
        program ?? '',
        Object.fromEntries(
          ready.map(app => [
            app.name,
            {
              kind: app.kind,
              address: `127.0.0.1:${portOf(app)}`,
              ...(app.library === undefined ? {} : { library: app.library }),
            },
          ]),
        ),
      )
      await caughtUp(server, ready.length)
      await Promise.all(ready.map(async app => sent.set(app.name, await send(portOf(app), PLAN))))
      await caughtUp(server, ready.length)
    })
    afterAll(() => {
      server?.stop()
      for (const one of running.values()) one.stop()
    })

    for (const app of apps) {
      const reason = absent.get(app.name)
      it.skipIf(reason !== undefined)(reason ? `${app.name} (skipped: ${reason})` : app.name, async () => {
        const seen = sent.get(app.name)
        if (!seen || !server) throw new Error('no traffic was sent')
        const read = (series: string): Promise<number> =>
          server?.value(`${series}{service="${app.name}"}`) ?? Promise.resolve(Number.NaN)

        expectClose(
          (await read('app:http_requests_all:rate5m')) * WINDOW,
          seen.count,
          seen.count * RATE_TOLERANCE,
        )
        expectClose(await read('app:http_errors:ratio_rate5m'), seen.share(5), SHARE_TOLERANCE)
        expectClose(await read('app:http_client_errors:ratio_rate5m'), seen.share(4), SHARE_TOLERANCE)

        const average = await read('app:http_request_duration_seconds:avg_rate5m')
        expect(average).toBeGreaterThan(seen.least * (1 - TIME_TOLERANCE))
        expect(average).toBeLessThan(seen.mean * (1 + TIME_TOLERANCE))

        // Percentiles are interpolated within a bucket, so the bounds of the buckets are what they can be held to.
        const bounds = await bucketBounds(app, portOf(app))
        const percentile = await read('app:http_request_duration_seconds:p95_rate5m')
        expect(percentile).toBeGreaterThanOrEqual(
          Math.max(0, ...bounds.filter(bound => bound < PLAN.slow / 1000)),
        )
        expect(percentile).toBeLessThanOrEqual(Math.min(...bounds.filter(bound => bound >= seen.p95)))

        const failing = await server.vector(
          `app_route:http_errors:ratio_rate5m{service="${app.name}"} > 0.99`,
        )
        expect(failing.map(one => one.metric.route)).toEqual([expect.stringMatching(/boom/)])
      })
    }
  })
}

function expectClose(actual: number, wanted: number, tolerance: number): void {
  expect(actual).toBeGreaterThanOrEqual(wanted - tolerance)
  expect(actual).toBeLessThanOrEqual(wanted + tolerance)
}

/** The bounds of the buckets of the histogram that percentiles come from. */
async function bucketBounds(app: App, port: number): Promise<number[]> {
  const rows = loadRegistry('/nowhere').get(app.kind).manifest.requests ?? {}
  const row = app.library === undefined ? Object.values(rows)[0] : rows[app.library]
  const text = await (await fetch(`http://127.0.0.1:${port}${app.metricsPath ?? '/metrics'}`)).text()
  const buckets = samplesOf(text).filter(sample =>
    selects(row?.overall ?? row?.duration ?? '', '_bucket', sample),
  )
  return [...new Set(buckets.map(sample => Number((sample.labels.le ?? '').replace('+Inf', 'Infinity'))))]
}
