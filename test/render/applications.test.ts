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

it('shows the runtime of the library that a service goes by', () => {
  const shown = (service: object): string[] => {
    const found = titles(tree({ api: service }))
    const runtime = [
      'Garbage collection',
      'Garbage collections',
      'Heap',
      'Threads',
      'Erlang processes',
      'Workers',
    ]
    return [...runtime, 'Waiting for a thread', 'Process CPU'].filter(title => found.includes(title))
  }
  const address = 'api:8080'
  const jvm = ['Garbage collection', 'Heap', 'Threads', 'Workers', 'Process CPU']
  expect(shown({ kind: 'spring-boot', address })).toEqual(jvm)
  expect(shown({ kind: 'quarkus', address })).toEqual([
    ...jvm.slice(0, 4),
    'Waiting for a thread',
    'Process CPU',
  ])
  const dotnet = ['Garbage collections', 'Threads', 'Waiting for a thread', 'Process CPU']
  expect(shown({ kind: 'aspnetcore', address })).toEqual(dotnet)
  expect(shown({ kind: 'aspnetcore', address, library: 'opentelemetry-dotnet' })).toEqual([
    'Garbage collection',
    ...dotnet,
  ])
  expect(shown({ kind: 'phoenix', address })).toEqual(['Garbage collections', 'Erlang processes'])
  expect(shown({ kind: 'rails', address })).toEqual(['Workers', 'Waiting for a thread'])
  expect(shown({ kind: 'rails', address, library: 'prometheus-client-ruby' })).toEqual([])
  expect(shown({ kind: 'http', address })).toEqual([])
  expect(shown({ kind: 'http', address, library: 'prometheus-client' })).toEqual([
    'Garbage collections',
    'Process CPU',
  ])
  const map = { count: 'calls_total', runtime: 'process' }
  expect(shown({ kind: 'http', address, map })).toEqual(['Process CPU'])
  expect(refusal({ kind: 'http', address, map: { ...map, runtime: 'cobol' } })).toMatch(/one of beam/)
})

it('leaves out what reads the metrics, under any path', () => {
  const files = tree({
    api: { kind: 'flask', address: 'api:5000', metricsPath: '/a/b/c/prom.txt' },
  })
  expect(files.get('prometheus/rules/flask.yml')).toContain('|/a/b/c/prom[.]txt"')
})

it('reads metrics over TLS, with or without a look at the certificate', () => {
  const scrape = (metricsTls: unknown): unknown => {
    const files = tree({ api: { kind: 'http', address: 'api:8443', metricsTls } })
    const { scrape_configs } = parse(files.get('prometheus/scrape/api.yml') ?? '') as {
      scrape_configs: { scheme?: string; tls_config?: object }[]
    }
    return [scrape_configs[0]?.scheme, scrape_configs[0]?.tls_config]
  }
  expect(scrape(false)).toEqual([undefined, undefined])
  expect(scrape(true)).toEqual(['https', undefined])
  expect(scrape('unverified')).toEqual(['https', { insecure_skip_verify: true }])
  expect(refusal({ kind: 'postgres', address: 'db:5432', metricsTls: true })).toMatch(/not read over TLS/)
})

it('records the thresholds of a service, for its alerts', () => {
  const thresholds = { errors: 12.5, latency: 3 }
  const files = tree({ api: { kind: 'flask', address: 'api:5000', thresholds } })
  const { groups } = parse(files.get('prometheus/rules/stack.yml') ?? '') as {
    groups: { rules: { record: string; expr: string; labels?: object }[] }[]
  }
  const labels = { job: 'flask', service: 'api' }
  expect(groups[0]?.rules).toEqual(
    expect.arrayContaining([
      { record: 'stack:app_errors_threshold:ratio', expr: 'vector(0.125)', labels },
      { record: 'stack:app_latency_threshold:seconds', expr: 'vector(3)', labels },
    ]),
  )
  expect(refusal({ kind: 'redis', address: 'cache:6379', thresholds })).toMatch(/for applications/)
  expect(refusal({ kind: 'flask', address: 'api:1', thresholds: { errors: 0 } })).toMatch(/above 0/)
})
