import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { configOf, renderConfig } from '../render/stacks.ts'
import { needs, tool } from '../tools.ts'
import { type App, prepare, type Running, run } from './apps.ts'
import { type Server, startPrometheus } from './prometheus.ts'

const APP: App = {
  name: 'exemplars',
  kind: 'express',
  needs: ['npm'],
  install: [['npm', 'install', '--no-audit', '--no-fund', '--silent']],
  start: ['node', 'app.js'],
}
const TRACES = { grafana: { traces: { url: 'http://jaeger:16686', type: 'jaeger' } } }
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const services = { api: { kind: 'express', address: 'api:3000' } }
const program = tool('prometheus')
const reason = program === undefined ? undefined : prepare(APP)
const said = reason ? `exemplars (skipped: ${reason})` : needs('exemplars', 'prometheus')

describe.skipIf(program === undefined || reason !== undefined)(said, () => {
  let app: Running | undefined
  let server: Server | undefined

  beforeAll(async () => {
    app = await run(APP)
    const address = `127.0.0.1:${app.port}`
    server = await startPrometheus(program ?? '', { api: { kind: 'express', address } }, TRACES)
    await fetch(`http://127.0.0.1:${app.port}/`, {
      headers: { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` },
    })
  })
  afterAll(() => {
    app?.stop()
    server?.stop()
  })

  it('are kept, and found by the query of the panel', async () => {
    const panel = panelOf(renderConfig(configOf({ stack: TRACES, services })))
    const expr = (panel?.targets[0]?.expr ?? '').replace('$__rate_interval', '1m')
    expect(expr).toContain('http_request_duration_seconds_bucket')
    let found: string[] = []
    for (let tries = 0; tries < 100 && found.length === 0; tries++) {
      found = await tracesIn(server?.url ?? '', expr)
      await new Promise(next => setTimeout(next, 200))
    }
    expect(new Set(found)).toEqual(new Set([TRACE]))
  })
})

describe('the way to the traces', () => {
  it('is there where vigie.yaml names a store', () => {
    const files = renderConfig(configOf({ stack: TRACES, services }))
    const { datasources } = parse(files.get('grafana/provisioning/datasources/vigie.yml') ?? '')
    const [prometheus] = datasources
    const traces = datasources.find((one: { uid: string }) => one.uid === 'vigie-traces')
    expect(traces).toMatchObject({ type: 'jaeger', url: 'http://jaeger:16686' })
    expect(prometheus.jsonData.exemplarTraceIdDestinations).toContainEqual({
      name: 'trace_id',
      datasourceUid: 'vigie-traces',
    })
    expect(panelOf(files)?.targets[0]?.exemplar).toBe(true)
  })

  it('changes nothing where it names none', () => {
    const files = renderConfig(configOf({ services }))
    expect([...files.values()].filter(text => /exemplar|vigie-traces/i.test(text))).toEqual([])
    expect(panelOf(files)).toBeUndefined()
  })
})

interface Panel {
  readonly title: string
  readonly targets: readonly { readonly expr: string; readonly exemplar?: boolean }[]
}

function panelOf(files: ReadonlyMap<string, string>): Panel | undefined {
  const dashboard = JSON.parse(files.get('grafana/dashboards/vigie/app.json') ?? '{}') as { panels: Panel[] }
  return dashboard.panels.find(panel => panel.title === 'Slow requests and their traces')
}

async function tracesIn(url: string, expr: string): Promise<string[]> {
  const now = Date.now() / 1000
  const asked = new URLSearchParams({ query: expr, start: String(now - 60), end: String(now + 60) })
  const answer = await fetch(`${url}/api/v1/query_exemplars?${asked}`)
  const { data } = (await answer.json()) as { data: { exemplars: { labels: Record<string, string> }[] }[] }
  return data.flatMap(series => series.exemplars.map(one => one.labels.trace_id ?? ''))
}
