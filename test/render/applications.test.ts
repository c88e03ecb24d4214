import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { configOf, renderConfig } from './stacks.ts'

interface Panel {
  readonly title: string
  readonly targets?: { expr: string }[]
}
const tree = (services: Record<string, object>, more: object = {}): Map<string, string> =>
  renderConfig(configOf({ services, ...more }))
const panels = (files: Map<string, string>): Panel[] =>
  (JSON.parse(files.get('grafana/dashboards/vigie/app.json') ?? '{"panels":[]}') as { panels: Panel[] })
    .panels
const titles = (files: Map<string, string>): string[] => panels(files).map(panel => panel.title)
const refusal = (service: object): string => {
  try {
    tree({ any: service })
  } catch (error) {
    return String(error)
  }
  return 'accepted'
}

it('shows panels of what the applications have, and of nothing else', () => {
  const rust = titles(tree({ api: { kind: 'axum', address: 'api:3000' } }))
  const node = titles(tree({ api: { kind: 'express', address: 'api:3000', websocket: true } }))
  const go = titles(tree({ api: { kind: 'go', address: 'api:8080' } }))
  const outside = titles(tree({ api: { kind: 'go', address: '10.0.0.5:8080' } }))
  expect(rust).toEqual(expect.arrayContaining(['Requests', 'Server errors', 'Container memory', 'Uptime']))
  const own = [
    'Event loop lag (Node.js)',
    'WebSocket connections',
    'Goroutines',
    'Heap',
    'Process memory',
    'Workers',
  ]
  expect(own.filter(title => rust.includes(title))).toEqual([])
  expect(own.filter(title => node.includes(title))).toEqual([
    'Event loop lag (Node.js)',
    'WebSocket connections',
    'Process memory',
  ])
  expect(own.filter(title => go.includes(title))).toEqual(['Goroutines', 'Process memory'])
  expect(outside.filter(title => /Container|Restarts|throttling|Last seen/.test(title))).toEqual([])
})

it('asks nothing of the processes of workers that share their metrics', () => {
  const shared = { kind: 'flask', address: 'shared:8000', multiprocess: true }
  const alone = { kind: 'flask', address: 'alone:5000' }
  const process = (files: Map<string, string>): string[] =>
    titles(files).filter(title => title.startsWith('Process'))
  expect(process(tree({ shared }))).toEqual([])
  expect(tree({ shared }).get('prometheus/rules/flask.yml')).not.toContain('process_')
  const both = tree({ shared, alone })
  expect(process(both)).toEqual(['Process CPU', 'Process memory'])
  expect(both.get('prometheus/rules/flask.yml')).toContain(
    'process_resident_memory_bytes{job="flask", service="alone"}',
  )
})

it('shows the numbers of the business that are named, with total and rate', () => {
  const counters = [{ metric: 'visits_total', title: 'Visits' }]
  const shown = panels(tree({ shop: { kind: 'flask', address: 'shop:5000', counters } }))
  const of = (title: string): string | undefined =>
    shown.find(panel => panel.title === title)?.targets?.[0]?.expr
  expect(of('Visits, total')).toBe('sum by (service) (visits_total{job="flask", service="shop"})')
  expect(of('Visits per second')).toBe(
    'sum by (service) (rate(visits_total{job="flask", service="shop"}[$__rate_interval]))',
  )
  expect(
    refusal({ kind: 'flask', address: 'a:1', counters: [{ metric: 'x) or vector(1', title: 'X' }] }),
  ).toMatch(/name of a metric/)
})

it('keeps services apart that give the same name another shape', () => {
  const rules = tree({
    api: { kind: 'http', address: 'api:80', map: { count: 'requests_total', status: 'code', route: 'path' } },
    web: {
      kind: 'http',
      address: 'web:80',
      map: { count: 'requests_total', status: 'status', route: 'handler' },
    },
  }).get('prometheus/rules/http.yml')
  const data: { groups: { name: string; rules: { record?: string; expr: string }[] }[] } = parse(rules ?? '')
  const counted = data.groups
    .flatMap(group => group.rules)
    .filter(rule => rule.record === 'app:http_requests:rate5m')
    .map(rule => rule.expr)
  expect(counted.length).toBe(2)
  expect(counted[0]).toMatch(/requests_total\{job="http", service="api", path!~/)
  expect(counted[1]).toMatch(/requests_total\{job="http", service="web", handler!~/)
})

it('reads metrics on another port, under a prefix, behind a login', () => {
  const files = tree({
    api: {
      kind: 'go',
      address: 'api:8080',
      metricsPort: 9100,
      metricsPath: '/internal/metrics',
      credentials: { user: 'scraper', password: 'file:api_password' },
    },
  })
  const scrape: { scrape_configs: Record<string, unknown>[] } = parse(
    files.get('prometheus/scrape/api.yml') ?? '',
  )
  expect(scrape.scrape_configs[0]).toMatchObject({
    metrics_path: '/internal/metrics',
    basic_auth: { username: 'scraper', password_file: '/run/secrets/vigie_api_password' },
    static_configs: [{ targets: ['api:9100'], labels: { instance: 'api:8080' } }],
  })
  const compose: { services: Record<string, { secrets?: string[] }> } = parse(files.get('compose.yaml') ?? '')
  expect(compose.services.prometheus?.secrets).toEqual(['vigie_api_password'])
  expect(refusal({ kind: 'go', address: 'a:1', credentials: { user: 'u', password: 'env:X' } })).toMatch(
    /reads no password from a variable/,
  )
})

it.each([
  [{ map: { duration: 'x"} or vector(1) #' } }, /name of a metric/],
  [{ map: { status: 'code' } }, /count, duration or both/],
  [{ map: { count: 'a', route: 'a", "b' } }, /name of a label/],
  [{ map: { count: 'a', ignore: ['"}'] } }, /regular expression without quotes/],
  [{ library: 'promster2' }, /did you mean "promster"/],
])('refuses %j', (over, message) => {
  expect(refusal({ kind: 'http', address: 'any:80', ...over })).toMatch(message)
})
