import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Alertmanager, alertmanagerAt } from '../../src/io/alertmanager.ts'
import { tool } from '../tools.ts'

export interface RunningAlertmanager {
  readonly api: Alertmanager
  readonly url: string
  readonly folder: string
  log(): string
  stop(): Promise<void>
}

/** Distributions call it prometheus-alertmanager. */
export const alertmanagerBinary = (): string | undefined =>
  tool('alertmanager') ?? tool('prometheus-alertmanager')

/** The real Alertmanager with a rendered configuration, its paths moved into a folder, and secrets as files. */
export async function startAlertmanager(
  tree: ReadonlyMap<string, string>,
  secrets: Readonly<Record<string, string>>,
  port?: number,
): Promise<RunningAlertmanager> {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-alertmanager-'))
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  for (const [file, text] of Object.entries(secrets)) write(`secrets/vigie_${file}`, text)
  write('templates/vigie.tmpl', tree.get('alertmanager/templates/vigie.tmpl') ?? '')
  const config = (tree.get('alertmanager/alertmanager.yml') ?? '')
    .replaceAll('/run/secrets', join(folder, 'secrets'))
    .replaceAll('/etc/alertmanager', folder)
  write('alertmanager.yml', config)
  const listen = `127.0.0.1:${port ?? (await freePort())}`
  const url = `http://${listen}`
  const child = spawn(
    alertmanagerBinary() ?? '',
    [
      `--config.file=${join(folder, 'alertmanager.yml')}`,
      `--storage.path=${join(folder, 'data')}`,
      '--cluster.listen-address=',
      `--web.listen-address=${listen}`,
      '--web.external-url=http://localhost:9093',
      '--web.route-prefix=/',
      '--enable-feature=receiver-name-in-metrics',
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let log = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => {
      log += part.toString()
    })
  await ready(
    url,
    () => log,
    () => child.exitCode !== null,
  )
  return {
    api: alertmanagerAt(url),
    url,
    folder,
    log: () => log,
    async stop() {
      if (child.signalCode !== null) return
      const gone = new Promise(resolve => child.once('exit', resolve))
      child.kill('SIGKILL')
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function ready(url: string, log: () => string, isDead: () => boolean): Promise<void> {
  while (!isDead()) {
    const up = await fetch(`${url}/-/ready`).then(
      response => response.ok,
      () => false,
    )
    if (up) return
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw new Error(`Alertmanager does not start:\n${log()}`)
}

export function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

/** Looks again and again until it holds; the limit is far above what it takes. */
export async function until<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (let times = 0; times < 300; times++) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise(resolve => setTimeout(resolve, 200))
  }
  throw new Error(`gave up waiting: ${look}`)
}
