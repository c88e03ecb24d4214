import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bridgeGateway } from '../../src/io/engine.ts'

/** Where the parts of one test's stack listen; no two tests that run at once may share a number. */
export interface Ports {
  readonly prometheus: number
  readonly grafana: number
  readonly alertmanager: number
  readonly cadvisor: number
  readonly nodeExporter: number
}
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

/** A repo with a stack of its own beside whatever else runs here. */
export interface Site {
  readonly root: string
  readonly hasGrafana: boolean
  vigie(...args: string[]): string
  /** The same with its exit code, for what is meant to fail; `said` is stderr. */
  tryVigie(...args: string[]): { code: number | null; said: string }
  compose(...args: string[]): string
  prometheus<T>(path: string, query?: Record<string, string>): Promise<T>
}

/** An example under a name of its own, its only published port at another number. */
export function copyExample(example: string, project: string, port: number): string {
  const root = join(mkdtempSync(join(tmpdir(), 'vigie-e2e-')), example)
  cpSync(join(import.meta.dirname, '../../examples', example), root, { recursive: true })
  edit(join(root, 'compose.yaml'), text =>
    text.replace(`name: ${example}`, `name: ${project}`).replace(/127\.0\.0\.1:\d+:/, `127.0.0.1:${port}:`),
  )
  return root
}

/** A repo that holds these files. */
export function makeRepo(files: Readonly<Record<string, string>>): string {
  const root = join(mkdtempSync(join(tmpdir(), 'vigie-e2e-')), 'app')
  mkdirSync(root)
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text)
  return root
}

/** Takes a repo and the arguments of `vigie init`, which a repo with a vigie.yaml does not need, and renders its stack on these ports, without Grafana where its image is missing. */
export async function observe(
  root: string,
  ports: Ports,
  init: readonly string[],
  options: {
    readonly env?: Readonly<Record<string, string>>
    readonly config?: (text: string) => string
  } = {},
): Promise<Site> {
  const run = (args: string[]): SpawnSyncReturns<string> =>
    spawnSync(process.execPath, [vigieBin, ...args], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, ...options.env },
    })
  const vigie = (...args: string[]): string => {
    const { status, stdout, stderr } = run(args)
    if (status !== 0) throw new Error(`vigie ${args.join(' ')}: ${status}\n${stderr}`)
    return stdout
  }
  if (!existsSync(join(root, 'vigie.yaml'))) vigie('init', '--yes', ...init)
  const gateway = (await bridgeGateway('.')) ?? '172.17.0.1'
  edit(join(root, 'vigie.yaml'), text => {
    const placed = text.replace(/^services:/m, `${settings(ports, gateway)}\n\nservices:`)
    return options.config?.(placed) ?? placed
  })
  vigie('generate', '--yes')
  return {
    root,
    hasGrafana: leaveOutGrafana(root),
    vigie,
    tryVigie: (...args) => {
      const { status, stderr } = run(args)
      return { code: status, said: stderr }
    },
    compose: (...args) => output('docker', ['compose', ...args], root),
    async prometheus<T>(path: string, query: Record<string, string> = {}): Promise<T> {
      const url = `http://127.0.0.1:${ports.prometheus}/api/v1/${path}?${new URLSearchParams(query)}`
      const body = JSON.parse(await (await fetch(url)).text())
      if (body.status !== 'success') throw new Error(`${path} ${JSON.stringify(query)}: ${body.error}`)
      return body.data
    },
  }
}

function settings(ports: Ports, gateway: string): string {
  const { nodeExporter, ...published } = ports
  const parts = Object.entries(published).map(([part, port]) => `  ${part}: { port: ${port} }`)
  return ['stack:', ...parts, `  nodeExporter: { listen: "${gateway}:${nodeExporter}" }`].join('\n')
}

/** @returns whether Grafana can run here; where its image cannot be had it is put behind a profile that nobody turns on */
function leaveOutGrafana(root: string): boolean {
  const image = GRAFANA.exec(readFileSync(join(root, 'monitoring/compose.yaml'), 'utf8'))?.[1] ?? ''
  const there = ok('docker', ['image', 'inspect', image]) || ok('docker', ['pull', '-q', image])
  if (!there)
    writeFileSync(
      join(root, 'monitoring/compose.override.yaml'),
      'services:\n  grafana: { profiles: [absent] }\n',
    )
  return there
}

/** Containers of a Compose project by service, running ones only. */
export function containersOf(project: string): Map<string, string> {
  const listed = output(
    'docker',
    [
      'ps',
      '--filter',
      `label=com.docker.compose.project=${project}`,
      '--format',
      '{{.Label "com.docker.compose.service"}} {{.ID}}',
    ],
    '.',
  )
  return new Map(
    listed
      .trim()
      .split('\n')
      .filter(Boolean)
      .map(line => line.split(' '))
      .map(([service = '', id = '']) => [service, id] as const),
  )
}

/** Takes down whatever a run, this or an interrupted one, left of these Compose projects. */
export function clear(...projects: string[]): void {
  for (const project of projects) ok('docker', ['compose', '-p', project, 'down', '-v', '--remove-orphans'])
}

export interface Target {
  readonly health: string
  readonly labels: Readonly<Record<string, string>>
  readonly lastError: string
}

/** Waits until everything but a Grafana that cannot run is scraped; returns the names of the services, sorted. */
export async function servicesUp(site: Site): Promise<string[]> {
  const up = await until('targets up', async () => {
    const { activeTargets } = await site.prometheus<{ activeTargets: Target[] }>('targets')
    const expected = activeTargets.filter(one => site.hasGrafana || one.labels.service !== 'grafana')
    const down = expected.filter(one => one.health !== 'up')
    if (down.length > 0) throw new Error(down.map(one => `${one.labels.service} ${one.lastError}`).join('; '))
    return expected.length > 0 ? expected : undefined
  })
  return up.map(target => target.labels.service ?? '').sort()
}

export function edit(file: string, change: (text: string) => string): void {
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
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  minutes = 12,
): Promise<T> {
  const end = Date.now() + minutes * 60_000
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
  /** What the panel says where its queries find nothing and that is well. */
  readonly empty: string | undefined
}

interface PanelJson {
  readonly title: string
  readonly targets?: readonly { readonly expr: string }[]
  readonly fieldConfig: { readonly defaults: { readonly noValue?: string } }
}

/** Every query of every dashboard, rendered or the user's own, with its variables set to "All" as Grafana would. */
export function panelQueries(root: string): Query[] {
  const folder = join(root, 'monitoring/grafana/dashboards')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return files
    .filter(file => file.endsWith('.json'))
    .flatMap(file => {
      const dashboard = JSON.parse(readFileSync(join(folder, file), 'utf8'))
      const panels = dashboard.panels.flatMap((panel: { panels?: unknown[] }) => [
        panel,
        ...(panel.panels ?? []),
      ])
      return panels.flatMap((panel: PanelJson) =>
        (panel.targets ?? []).map(target => ({
          dashboard: dashboard.title,
          panel: panel.title,
          empty: panel.fieldConfig.defaults.noValue,
          expr: target.expr
            .replaceAll('$__rate_interval', '1m')
            .replaceAll('$__range', '5m')
            .replace(/\$(job|service|instance)\b/g, '.+'),
        })),
      )
    })
}
