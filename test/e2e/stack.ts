import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bridgeGateway } from '../../src/io/engine.ts'

export const PROJECT = 'vigie-e2e'
const PORTS = { prometheus: 19090, grafana: 13000, alertmanager: 19093, cadvisor: 18081, proxy: 18080 }
const GRAFANA = /image: "?(grafana\/grafana:[^"\s]+)/

const vigieBin = join(import.meta.dirname, '../../bin/vigie.js')
export const ok = (command: string, args: string[], cwd = '.'): boolean =>
  spawnSync(command, args, { cwd, stdio: 'ignore' }).status === 0
const output = (command: string, args: string[], cwd: string): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1e8 })

/** Why the stack cannot be started on this machine; undefined when it can. */
export function missing(): string | undefined {
  if (!ok('docker', ['info'])) return 'no Docker engine answers'
  if (!ok('docker', ['compose', 'version'])) return 'Docker Compose is not there'
  const have =
    ok('docker', ['image', 'inspect', 'prom/prometheus:v3.13.4']) ||
    ok('docker', ['pull', '-q', 'prom/prometheus:v3.13.4'])
  return have ? undefined : 'the engine has no prom/prometheus image and reaches no registry'
}

/** A copy of the example shop with a stack of its own beside whatever else runs here. */
export interface Shop {
  readonly root: string
  readonly hasGrafana: boolean
  vigie(...args: string[]): string
  compose(...args: string[]): string
  prometheus<T>(path: string, query?: Record<string, string>): Promise<T>
}

export function scaffold(webhook: string): Shop {
  const root = join(mkdtempSync(join(tmpdir(), 'vigie-e2e-')), 'shop')
  cpSync(join(import.meta.dirname, '../../examples/shop'), root, { recursive: true })
  edit(join(root, 'compose.yaml'), text =>
    text
      .replace('name: shop', `name: ${PROJECT}`)
      .replace('127.0.0.1:8080:80', `127.0.0.1:${PORTS.proxy}:80`),
  )
  const vigie = (...args: string[]): string =>
    execFileSync(process.execPath, [vigieBin, ...args], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, VIGIE_WEBHOOK_URL: webhook },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
  vigie('init', '--yes', '--alerts', 'webhook')
  const { prometheus, grafana, alertmanager, cadvisor } = PORTS
  const stack = Object.entries({ prometheus, grafana, alertmanager, cadvisor }).map(
    ([part, port]) => `  ${part}: { port: ${port} }`,
  )
  edit(join(root, 'vigie.yaml'), text =>
    text.replace('services:', `stack:\n${stack.join('\n')}\n\nservices:`),
  )
  vigie('generate', '--yes')
  const image = GRAFANA.exec(readFileSync(join(root, 'monitoring/compose.yaml'), 'utf8'))?.[1] ?? ''
  const hasGrafana = ok('docker', ['image', 'inspect', image]) || ok('docker', ['pull', '-q', image])
  if (!hasGrafana)
    writeFileSync(
      join(root, 'monitoring/compose.override.yaml'),
      'services:\n  grafana: { profiles: [absent] }\n',
    )
  return {
    root,
    hasGrafana,
    vigie,
    compose: (...args) => output('docker', ['compose', ...args], root),
    async prometheus<T>(path: string, query: Record<string, string> = {}): Promise<T> {
      const response = await fetch(
        `http://127.0.0.1:${PORTS.prometheus}/api/v1/${path}?${new URLSearchParams(query)}`,
      )
      const body = JSON.parse(await response.text())
      if (body.status !== 'success') throw new Error(`${path} ${JSON.stringify(query)}: ${body.error}`)
      return body.data
    },
  }
}

function edit(file: string, change: (text: string) => string): void {
  const before = readFileSync(file, 'utf8')
  const after = change(before)
  if (after === before) throw new Error(`nothing to change in ${file}`)
  writeFileSync(file, after)
}

export interface Notification {
  readonly status: string
  readonly alerts: readonly { readonly status: string; readonly labels: Readonly<Record<string, string>> }[]
}

/** A receiver that containers reach over the engine's bridge, and what arrived there. */
export async function webhookReceiver(): Promise<{
  url: string
  received: Notification[]
  close: () => void
}> {
  const received: Notification[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', part => parts.push(part))
    request.on('end', () => {
      received.push(JSON.parse(Buffer.concat(parts).toString()))
      response.end('ok')
    })
  })
  const gateway = (await bridgeGateway('.')) ?? '172.17.0.1'
  await new Promise<void>(resolve => server.listen(0, gateway, resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { url: `http://${gateway}:${port}/hook`, received, close: () => server.close() }
}

/** Looks again and again until it holds; the limit is far above what it takes, so a slow machine only takes longer. */
export async function until<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const end = Date.now() + 12 * 60_000
  let last: unknown
  while (Date.now() < end) {
    try {
      const found = await look()
      if (found !== undefined) return found
    } catch (error) {
      last = error
    }
    await new Promise(resolve => setTimeout(resolve, 2000))
  }
  throw new Error(`gave up waiting: ${what} ${last ?? ''}`)
}

interface Query {
  readonly dashboard: string
  readonly panel: string
  readonly expr: string
}

/** Every query of every rendered dashboard, with its variables set to "All" as Grafana would. */
export function panelQueries(root: string): Query[] {
  const folder = join(root, 'monitoring/grafana/dashboards/vigie')
  return readdirSync(folder).flatMap(file => {
    const dashboard = JSON.parse(readFileSync(join(folder, file), 'utf8'))
    const panels = dashboard.panels.flatMap((panel: { panels?: unknown[] }) => [
      panel,
      ...(panel.panels ?? []),
    ])
    return panels.flatMap((panel: { title: string; targets?: { expr: string }[] }) =>
      (panel.targets ?? []).map(target => ({
        dashboard: dashboard.title,
        panel: panel.title,
        expr: target.expr
          .replaceAll('$__rate_interval', '1m')
          .replaceAll('$__range', '5m')
          .replace(/\$(job|service|instance)\b/g, '.+'),
      })),
    )
  })
}
