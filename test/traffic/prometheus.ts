import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'
import { configOf, renderConfig } from '../render/stacks.ts'
import { answers, freePort } from './apps.ts'

/** A Prometheus that runs the rendered configuration of these services, as it is. */
export interface Server {
  readonly url: string
  /** The one value of a query, NaN when it has none. */
  value(query: string): Promise<number>
  /** All values of a query, with their labels. */
  vector(query: string): Promise<{ metric: Record<string, string>; value: number }[]>
  stop(): void
}

export async function startPrometheus(
  program: string,
  services: Record<string, object>,
  settings: object = {},
): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-traffic-'))
  const stack = { prometheus: { scrapeInterval: '1s' }, ...settings }
  const rendered = renderConfig(configOf({ stack, services }))
  for (const [path, text] of rendered) {
    if (!path.startsWith('prometheus/')) continue
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const port = await freePort()
  const child: ChildProcess = spawn(
    program,
    [
      `--config.file=${join(folder, 'prometheus/prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      ...switches(rendered.get('compose.yaml') ?? ''),
    ],
    { stdio: 'ignore' },
  )
  const url = `http://127.0.0.1:${port}`
  await answers(`${url}/-/ready`, 'prometheus', child)
  const vector: Server['vector'] = async query => {
    const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`)
    const body = (await response.json()) as {
      data: { result: { metric: Record<string, string>; value: [number, string] }[] }
    }
    return body.data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }))
  }
  return {
    url,
    vector,
    value: async query => (await vector(query))[0]?.value ?? Number.NaN,
    stop: () => {
      child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What the stack switches on in its Prometheus. */
function switches(compose: string): string[] {
  const { services } = parse(compose) as { services: { prometheus: { command: string[] } } }
  return services.prometheus.command.filter(argument => /^--(web\.)?enable-/.test(argument))
}

/** Waits until every service has been scraped and recorded after this moment. */
export async function caughtUp(server: Server, services: number): Promise<void> {
  // A scrape that follows the last request, and an evaluation that follows the scrape.
  const after = Date.now() / 1000 + 3
  for (let tries = 0; tries < 300; tries++) {
    const series = await server.vector('timestamp(app:http_requests_all:rate5m)')
    if (series.length === services && series.every(one => one.value > after)) return
    await new Promise(done => setTimeout(done, 200))
  }
  throw new Error('Prometheus does not record all services')
}
