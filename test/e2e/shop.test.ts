import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  clear,
  copyExample,
  missing,
  observe,
  ok,
  panelQueries,
  type Site,
  servicesUp,
  until,
  webhookReceiver,
} from './stack.ts'

const PROJECT = 'vigie-e2e'
const PORTS = { prometheus: 19090, grafana: 13000, alertmanager: 19093, cadvisor: 18081, nodeExporter: 19100 }
const PROXY_PORT = 18080

const reason = missing()

/** Panels that the shop cannot fill, with the reason; everything else must have data. */
const EMPTY_ALLOWED: Readonly<Record<string, readonly string[]>> = {
  // Grafana cannot run without its image.
  Grafana: ['Requests', 'Response time, average', 'Data source queries'],
  // cAdvisor before 0.54 and cgroup v1 have no health state and no block I/O of containers without a disk of their own.
  Containers: ['Health', 'Disk reads', 'Disk writes'],
}

/** cAdvisor stand-ins older than 0.54 do not report these; the real one does. */
const OLD_CADVISOR = /^cadvisor 0\.3/

interface Rule {
  readonly name: string
  readonly type: string
  readonly query: string
  readonly health: string
  readonly state?: string
}
interface Sample {
  readonly metric: Readonly<Record<string, string>>
  readonly value?: readonly [number, string]
  readonly values?: readonly (readonly [number, string])[]
}

describe.skipIf(reason !== undefined)(`the shop, observed${reason ? ` (${reason})` : ''}`, () => {
  let shop: Site
  let hook: Awaited<ReturnType<typeof webhookReceiver>>

  beforeAll(async () => {
    // What an interrupted run left behind.
    clear(PROJECT)
    hook = await webhookReceiver()
    shop = await observe(copyExample('shop', PROJECT, PROXY_PORT), PORTS, ['--alerts', 'webhook'], {
      env: { VIGIE_WEBHOOK_URL: hook.url },
    })
    expect(shop.vigie('up')).toContain('http://localhost:19090')
  })

  afterAll(() => {
    hook?.close()
    if (shop) shop.compose('down', '-v', '--remove-orphans')
  })

  it('scrapes every target', async () => {
    expect(await servicesUp(shop)).toEqual(
      [
        'alertmanager',
        'api',
        'cache',
        'cadvisor',
        'db',
        'node-exporter',
        'prometheus',
        'proxy',
        ...(shop.hasGrafana ? ['grafana'] : []),
      ].sort(),
    )
  })

  it('loads every rule and evaluates it without an error', async () => {
    const rules = await until('rules evaluated', async () => {
      const { groups } = await shop.prometheus<{ groups: { rules: Rule[] }[] }>('rules')
      const all = groups.flatMap(group => group.rules)
      return all.length > 0 && all.every(rule => rule.health !== 'unknown') ? all : undefined
    })
    expect(rules.filter(rule => rule.health !== 'ok')).toEqual([])
    expect(rules.filter(rule => rule.type === 'alerting').length).toBeGreaterThan(50)
  })

  it('shows data in every panel', async () => {
    const label = execFileSync(
      'docker',
      [
        'image',
        'inspect',
        '-f',
        '{{index .Config.Labels "offline-docker.standin"}}',
        'ghcr.io/google/cadvisor:v0.60.6',
      ],
      { encoding: 'utf8' },
    )
    const allowed = (query: { dashboard: string; panel: string }): boolean => {
      if (query.dashboard === 'Grafana' && shop.hasGrafana) return false
      if (query.dashboard === 'Containers' && !OLD_CADVISOR.test(label)) return false
      return EMPTY_ALLOWED[query.dashboard]?.includes(query.panel) ?? false
    }
    const queries = panelQueries(shop.root).filter(query => !allowed(query))
    const withData = new Set<string>()
    const name = (query: { dashboard: string; panel: string }): string =>
      `${query.dashboard} / ${query.panel}`
    await until('data in every panel', async () => {
      for (const query of queries.filter(one => !withData.has(name(one)))) {
        const now = Date.now() / 1000
        const { result } = await shop.prometheus<{ result: Sample[] }>('query_range', {
          query: query.expr,
          start: `${now - 300}`,
          end: `${now}`,
          step: '15',
        })
        if (result.some(series => series.values?.some(([, value]) => value !== 'NaN')))
          withData.add(name(query))
      }
      return queries.every(query => withData.has(name(query))) ? true : undefined
    }).catch(() => undefined)
    expect(queries.map(name).filter(one => !withData.has(one))).toEqual([])
  })

  it('fires nothing while all is well', async () => {
    const { groups } = await shop.prometheus<{ groups: { rules: Rule[] }[] }>('rules')
    const firing = groups
      .flatMap(group => group.rules)
      .filter(rule => rule.state === 'firing')
      .map(rule => rule.name)
    const noise = shop.hasGrafana ? [] : ['ContainerMissing', 'TargetDown']
    expect(
      firing.filter(one => !['Watchdog', 'HostRebooted', 'HostClockNotSynchronised', ...noise].includes(one)),
    ).toEqual([])
  })

  it('keeps every port on loopback', () => {
    const published = execFileSync(
      'docker',
      ['ps', '--filter', `label=com.docker.compose.project=${PROJECT}`, '--format', '{{.Ports}}'],
      { encoding: 'utf8' },
    )
    const bindings = published.match(/[^\s,]+->/g) ?? []
    expect(bindings.length).toBeGreaterThan(3)
    expect(bindings.filter(binding => !binding.startsWith('127.0.0.1:'))).toEqual([])
  })

  it('delivers an alert when the api stops, and its resolution', async () => {
    const about = (status: string) => () =>
      hook.received
        .flatMap(notification => notification.alerts)
        .find(
          alert =>
            alert.labels.service === 'api' && alert.labels.severity === 'critical' && alert.status === status,
        )
    shop.compose('stop', 'api')
    const fired = await until('the alert at the receiver', about('firing'))
    expect(['ContainerMissing', 'TargetDown', 'TargetMissing']).toContain(fired.labels.alertname)
    shop.compose('start', 'api')
    const resolved = await until('its resolution at the receiver', about('resolved'))
    expect(resolved.labels.alertname).toBe(fired.labels.alertname)
  })

  it('stops without leaving a container and names the volumes', () => {
    const said = shop.vigie('down')
    expect(said).toContain(`${PROJECT}_vigie_prometheus`)
    expect(
      execFileSync('docker', ['ps', '-aq', '--filter', `label=com.docker.compose.project=${PROJECT}`], {
        encoding: 'utf8',
      }),
    ).toBe('')
    expect(ok('docker', ['volume', 'inspect', `${PROJECT}_vigie_prometheus`])).toBe(true)
  })
})
