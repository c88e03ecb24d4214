import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { tool } from '../tools.ts'

const SOURCES = fileURLToPath(new URL('./apps/', import.meta.url))
const CACHE = fileURLToPath(new URL('../../.cache/traffic/', import.meta.url))

/** A real application, as `setup:` of its module says to instrument it. */
export interface App {
  /** A folder of apps/. */
  readonly name: string
  readonly kind: string
  /** Of the kind's libraries, the one that is not its first. */
  readonly library?: string
  /** Programs that have to be there. */
  readonly needs: readonly string[]
  /** Brings its packages into its folder; run once and kept in .cache. */
  readonly install: readonly (readonly string[])[]
  readonly start: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly metricsPath?: string
}

const PIP = [
  ['python3', '-m', 'venv', 'venv'],
  ['venv/bin/pip', 'install', '--quiet', '--disable-pip-version-check', '-r', 'requirements.txt'],
]
const NPM = [['npm', 'install', '--no-audit', '--no-fund', '--silent']]
const GUNICORN = ['venv/bin/gunicorn', '--bind', '127.0.0.1:$PORT']
const PUMA = ['puma', '--quiet', '--bind', 'tcp://127.0.0.1:$PORT', 'config.ru']

export const APPS: readonly App[] = [
  { name: 'express', kind: 'express', needs: ['npm'], install: NPM, start: ['node', 'app.js'] },
  { name: 'fastify', kind: 'fastify', needs: ['npm'], install: NPM, start: ['node', 'app.js'] },
  {
    name: 'flask',
    kind: 'flask',
    needs: ['python3'],
    install: PIP,
    start: [...GUNICORN, 'app:app'],
    environment: { PROMETHEUS_MULTIPROC_DIR: '$TEMP' },
  },
  {
    name: 'django',
    kind: 'django',
    needs: ['python3'],
    install: PIP,
    start: [...GUNICORN, '--threads', '8', 'app'],
  },
  {
    name: 'fastapi',
    kind: 'fastapi',
    needs: ['python3'],
    install: PIP,
    start: ['venv/bin/uvicorn', '--port', '$PORT', '--log-level', 'critical', 'app:app'],
  },
  { name: 'go', kind: 'go', needs: ['go'], install: [['go', 'build', '-o', 'app', '.']], start: ['./app'] },
  {
    name: 'rack',
    kind: 'rack',
    needs: ['ruby', 'puma'],
    install: [['ruby', '-e', 'require "prometheus/middleware/collector"']],
    start: PUMA,
  },
  {
    // Debian's Ruby has this client, for machines that reach no gems.
    name: 'rack-mmap',
    kind: 'rack',
    library: 'prometheus-client-mmap',
    needs: ['ruby', 'puma', 'apt-get'],
    install: [
      ['apt-get', 'download', 'ruby-prometheus-client-mmap'],
      [
        'sh',
        '-c',
        'dpkg-deb -x ruby-prometheus-client-mmap_*.deb . && ln -sfn usr/lib/*/ruby/vendor_ruby/* native',
      ],
      ['ruby', '-Iusr/lib/ruby/vendor_ruby', '-Inative', '-e', 'require "prometheus/client/rack/collector"'],
    ],
    start: PUMA,
    environment: { RUBYLIB: 'usr/lib/ruby/vendor_ruby:native', prometheus_multiproc_dir: '$TEMP' },
  },
]

const MAVEN = [['mvn', '--batch-mode', '--quiet', 'package']]

/** Those whose build takes minutes: `make test-frameworks`. */
export const SLOW_APPS: readonly App[] = [
  {
    name: 'spring-boot',
    kind: 'spring-boot',
    needs: ['mvn', 'java'],
    install: MAVEN,
    start: ['java', '-jar', 'target/app.jar'],
    metricsPath: '/actuator/prometheus',
  },
  {
    name: 'quarkus',
    kind: 'quarkus',
    needs: ['mvn', 'java'],
    install: MAVEN,
    start: ['java', '-jar', 'target/quarkus-app/quarkus-run.jar'],
    metricsPath: '/q/metrics',
  },
]

/** Brings an application's packages; says why it cannot be run here, undefined when it can. */
export function prepare(app: App): string | undefined {
  const absent = app.needs.filter(program => tool(program) === undefined)
  if (absent.length > 0) return `${absent.join(' and ')} not found`
  const folder = join(CACHE, app.name)
  mkdirSync(folder, { recursive: true })
  cpSync(join(SOURCES, app.name), folder, { recursive: true })
  if (existsSync(join(folder, '.installed'))) return undefined
  for (const [command = '', ...args] of app.install) {
    const ran = spawnSync(command, args, { cwd: folder, encoding: 'utf8' })
    if (ran.status !== 0) return `${[command, ...args].join(' ')} failed`
  }
  writeFileSync(join(folder, '.installed'), '')
  return undefined
}

/** A process of this test: what it said is kept for the day it does not start. */
export interface Running {
  readonly port: number
  stop(): void
}

export async function run(app: App): Promise<Running> {
  const port = await freePort()
  const temp = mkdtempSync(join(tmpdir(), `vigie-${app.name}-`))
  const filled = (text: string): string => text.replace('$PORT', String(port)).replace('$TEMP', temp)
  const environment = Object.fromEntries(
    Object.entries(app.environment ?? {}).map(([name, value]) => [name, filled(value)]),
  )
  const [command = '', ...args] = app.start.map(filled)
  const child = spawn(command, args, {
    cwd: join(CACHE, app.name),
    env: { ...process.env, ...environment, PORT: String(port) },
    stdio: 'ignore',
    detached: true,
  })
  await answers(`http://127.0.0.1:${port}${app.metricsPath ?? '/metrics'}`, app.name, child)
  return {
    port,
    stop: () => {
      // The group, since gunicorn and npm have children.
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
      rmSync(temp, { recursive: true, force: true })
    },
  }
}

/** Waits until something answers; a program that ends instead is an error. */
export async function answers(url: string, name: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error(`${name} ended with code ${child.exitCode}`)
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok) return
    await new Promise(done => setTimeout(done, 100))
  }
  throw new Error(`${name} does not answer at ${url}`)
}

export function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address ? found(address.port) : failed(new Error('no port')),
      )
    })
  })
}
