import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  expectFires,
  expectNone,
  expectPanelsFilled,
  expectRulesHealthy,
  missingImage,
} from './service-stack.ts'
import { clear, copyExample, edit, missing, observe, type Site, servicesUp, until } from './stack.ts'

const IMAGES = ['python:3.13-slim', 'node:22-alpine', 'redis:7-alpine', 'postgres:16-alpine']
const reason = missing() ?? missingImage(IMAGES)
const OWN = ['alertmanager', 'cadvisor', 'node-exporter', 'prometheus']
const ports = (first: number, nodeExporter: number) => ({
  prometheus: first,
  grafana: first + 1,
  alertmanager: first + 2,
  cadvisor: first + 3,
  nodeExporter,
})

/** Starts an example as its README says, with a quicker scrape. */
async function start(example: string, project: string, first: number, nodeExporter: number): Promise<Site> {
  clear(project)
  const root = copyExample(example, project, first + 4)
  const site = await observe(root, ports(first, nodeExporter), [], {
    config: text =>
      text
        .replace(`project: ${example}`, `project: ${project}`)
        .replace('prometheus: {', 'prometheus: { scrapeInterval: 5s,'),
  })
  site.vigie('up')
  return site
}

/** Waits until the query gives something. */
const expectSome = (site: Site, query: string): Promise<true> =>
  until(
    query,
    async () => {
      const { result } = await site.prometheus<{ result: unknown[] }>('query', { query })
      return result.length > 0 ? true : undefined
    },
    2,
  )

const expectUp = async (site: Site, ...services: string[]): Promise<void> =>
  expect(await servicesUp(site)).toEqual(
    [...OWN, ...services, ...(site.hasGrafana ? ['grafana'] : [])].sort(),
  )

/** The odds and the cheaters are variables of the shell in the README; here the default in the file is another one. */
function change(site: Site, service: string, from: string, to: string): void {
  edit(join(site.root, 'compose.yaml'), text => text.replace(from, to))
  site.compose('up', '-d', '--no-deps', service)
}

/** Both run at once: while one is looked at, the slow rules of the other get their time. */
describe.skipIf(reason !== undefined)(`the examples, observed${reason ? ` (${reason})` : ''}`, () => {
  let dice: Site
  let arena: Site
  beforeAll(async () => {
    arena = await start('arena', 'vigie-arena', 21610, 21691)
    dice = await start('dice', 'vigie-dice', 21600, 21690)
  })
  afterAll(() => clear('vigie-dice', 'vigie-arena'))

  it('dice is scraped, and its own rule is loaded beside the others', async () => {
    await expectUp(dice, 'app')
    await expectRulesHealthy(dice, /./)
    await expectSome(dice, 'count by (status) (flask_http_request_duration_seconds_count{status="404"})')
  })

  it('dice counts for all of its workers together', async () => {
    await expectSome(dice, 'sum(increase(dice_rolls_total{service="app"}[1m])) > 10')
    await expectNone(
      dice,
      'sum(resets({__name__=~"dice_rolls_total|flask_http_request_duration_seconds_count"}[5m])) > 0',
    )
  })

  it('dice shows every status code, its counters and the rest', async () => {
    await expectPanelsFilled(dice, ['Applications', 'Dice by status code'])
    for (const status of ['200', '404', '500'])
      await expectSome(dice, `rate(flask_http_request_duration_seconds_count{status="${status}"}[5m]) > 0`)
  })

  it('dice is quiet until it breaks, and then both rules on status codes fire', async () => {
    await expectNone(dice, 'ALERTS{service="app", severity=~"warning|critical"}')
    change(dice, 'app', 'ODDS:-92 6 2', 'ODDS:-10 60 30')
    await expectFires(dice, 'AppErrorRateHigh', { service: 'app', job: 'flask' })
    await expectFires(dice, 'DiceFallOff', { service: 'app', job: 'flask' })
    await expectSome(dice, 'ALERTS{alertname="AppErrorRateHigh", service="app", severity="critical"}')
    await expectSome(dice, 'ALERTS{alertname="DiceFallOff", service="app", severity="warning"}')
  })

  it('arena is scraped, all of it', async () => {
    await expectUp(arena, 'gateway', 'matchmaking', 'leaderboard', 'queue', 'db')
    await expectRulesHealthy(arena, /./)
  })

  it('arena is played: connections, messages both ways, matches, results', async () => {
    await expectSome(arena, 'app:websocket_connections_active:sum{service="gateway"} > 4')
    for (const direction of ['received', 'sent'])
      await expectSome(
        arena,
        `app:websocket_messages:rate5m{service="gateway", direction="${direction}"} > 0.5`,
      )
    await expectSome(arena, 'sum(increase(matches_finished_total{service="gateway"}[1m])) > 5')
    await expectSome(arena, 'app:http_requests:rate5m{service="leaderboard", route="/results"} > 0')
    await expectNone(arena, 'app:http_errors:ratio_rate5m > 0')
  })

  it('arena fills the dashboards of its applications, its promise, its queue and its database', async () => {
    await expectPanelsFilled(
      arena,
      ['Applications', 'Service level objectives', 'Redis', 'PostgreSQL'],
      ['Write-ahead log'],
    )
  })

  it('arena measures what matchmaking promises', async () => {
    for (const slo of ['availability', 'latency'])
      await expectSome(arena, `slo:burn:ratio_rate5m{service="matchmaking", slo="${slo}"} >= 0`)
  })

  it('arena notices cheaters, and a queue and a database that are gone', async () => {
    change(arena, 'bots', 'CHEATERS:-0', 'CHEATERS:-4')
    await expectFires(arena, 'WebsocketErrorsHigh', { service: 'gateway' })
    arena.compose('stop', '-t', '2', 'queue', 'db')
    await expectFires(arena, 'RedisDown', { service: 'queue' })
    await expectFires(arena, 'PostgresDown', { service: 'db' })
    for (const service of ['matchmaking', 'leaderboard', 'gateway'])
      await expectFires(arena, 'AppErrorRateHigh', { service })
  })
})
