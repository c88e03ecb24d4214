import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { loadRegistry } from '../../src/io/templates.ts'
import { ok, panelQueries, until } from './stack.ts'

const vigieBin = join(import.meta.dirname, '../../bin/vigie.js')
const PROMETHEUS = 'prom/prometheus:v3.13.4'

/** A repo whose stack runs, and its Prometheus. */
export interface Observed {
  readonly root: string
  prometheus<T>(path: string, query?: Record<string, string>): Promise<T>
}

/** Services with a stack that watches them: rendered by the CLI, run under a project of its own, without what they do not need. */
export interface ServiceStack extends Observed {
  compose(...args: string[]): string
  exec(service: string, ...command: string[]): string
  /** Waits until an alert's expression holds in Prometheus for these labels, whatever its `for`. */
  fires(alert: string, labels: Labels): Promise<void>
}

export interface Recipe {
  readonly project: string
  readonly port: number
  /** Images of the services and of their exporters. */
  readonly images: readonly string[]
  /** What the test needs of this machine and it has not. */
  readonly lacking?: string | undefined
  /** The user's compose.yaml, but for its name and the stack. */
  readonly compose: string
  /** The lines under `services:` of vigie.yaml. */
  readonly services: string
  /** Where node_exporter listens, for a test that needs it. */
  readonly host?: string
  /** Further files of the repo. */
  readonly files?: Readonly<Record<string, string>>
}

type Labels = Readonly<Record<string, string>>

interface Rule {
  readonly name: string
  readonly query: string
  readonly health: string
  readonly lastError?: string
}
interface Sample {
  readonly metric: Labels
  readonly values?: readonly (readonly [number, string])[]
}

/** Tests on services that really run, with the stack that watches them; skipped, and named so, where they cannot be started. */
export function describeServices(what: string, recipe: Recipe, tests: (stack: ServiceStack) => void): void {
  const reason = recipe.lacking ?? missingImage(recipe.images)
  describe.skipIf(reason !== undefined)(`${what}, observed${reason ? ` (${reason})` : ''}`, () => {
    const stack = serviceStack(recipe, mkdtempSync(join(tmpdir(), `${recipe.project}-`)))
    beforeAll(() => {
      writeRepo(recipe, stack.root)
      // What an interrupted run left behind goes first.
      down(stack)
      stack.compose('up', '-d')
    })
    afterAll(() => down(stack))
    tests(stack)
  })
}

const down = ({ compose }: ServiceStack): void => void compose('down', '-v', '--remove-orphans', '-t', '2')

/** Why services of these images cannot be started here; undefined when they can. */
export function missingImage(images: readonly string[]): string | undefined {
  if (!ok('docker', ['info'])) return 'no Docker engine answers'
  const absent = [PROMETHEUS, ...images].filter(
    image => !ok('docker', ['image', 'inspect', image]) && !ok('docker', ['pull', '-q', image]),
  )
  return absent.length === 0 ? undefined : `the engine has no image ${absent.join(', ')}`
}

function serviceStack(recipe: Recipe, root: string): ServiceStack {
  const compose = (...args: string[]): string =>
    execFileSync('docker', ['compose', ...args], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    })
  const prometheus = async <T>(path: string, query: Record<string, string> = {}): Promise<T> => {
    const url = `http://127.0.0.1:${recipe.port}/api/v1/${path}?${new URLSearchParams(query)}`
    const body = JSON.parse(await (await fetch(url, { signal: AbortSignal.timeout(15_000) })).text())
    if (body.status !== 'success') throw new Error(`${path} ${JSON.stringify(query)}: ${body.error}`)
    return body.data
  }
  return {
    root,
    compose,
    prometheus,
    exec: (service, ...command) => compose('exec', '-T', service, ...command),
    fires: (alert, labels) => expectFires({ root, prometheus }, alert, labels),
  }
}

/** The repo, and its stack without what the services do not need. */
function writeRepo(recipe: Recipe, root: string): void {
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const include = 'include: [{ path: [monitoring/compose.yaml, monitoring/compose.override.yaml] }]\n'
  write('compose.yaml', `name: ${recipe.project}\n${recipe.compose}${include}`)
  write('vigie.yaml', configText(recipe))
  execFileSync(process.execPath, [vigieBin, 'generate', '--yes'], { cwd: root, stdio: 'inherit' })
  const unneeded = ['grafana', 'alertmanager', 'cadvisor', ...(recipe.host ? [] : ['node-exporter'])]
  const absent = unneeded.map(part => `  ${part}: { profiles: [absent] }`)
  write('monitoring/compose.override.yaml', `services:\n${absent.join('\n')}\n`)
  write('monitoring/secrets/grafana_admin_password', 'unused')
  for (const [path, text] of Object.entries(recipe.files ?? {})) write(path, text)
}

/** The block with this word that the setup of a kind tells people to save: what they are told is what runs here. */
export function setupBlock(kind: string, language: string, word = ''): string {
  const setup = loadRegistry('/nowhere').get(kind).manifest.setup ?? ''
  const blocks = [...setup.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    found => found[1],
  )
  const block = blocks.find(text => text?.includes(word))
  if (block === undefined) throw new Error(`the setup of ${kind} has no block in ${language} with ${word}`)
  return block
}

/** A quick scrape, and the ports of this project; Grafana and its like never start. */
function configText({ project, port, services, host }: Recipe): string {
  return `version: 1
project: ${project}
stack:
  prometheus: { port: ${port}, scrapeInterval: 5s }
  grafana: { port: ${port + 1} }
  alertmanager: { port: ${port + 2} }
  cadvisor: { port: ${port + 3} }
${host ? `  nodeExporter: { listen: '${host}' }\n` : ''}services:
${services}`
}

const rulesOf = async ({ prometheus }: Observed): Promise<readonly Rule[]> =>
  (await prometheus<{ groups: { rules: Rule[] }[] }>('rules')).groups.flatMap(group => group.rules)

/** Waits until an alert's expression holds for these labels, whatever its `for`. */
export async function expectFires(stack: Observed, alert: string, labels: Labels): Promise<void> {
  const rules = (await rulesOf(stack)).filter(rule => rule.name === alert)
  expect(rules.map(rule => rule.name)).toContain(alert)
  const matches = ({ metric }: Sample): boolean =>
    Object.entries(labels).every(([name, value]) => metric[name] === value)
  await until(
    `${alert} ${JSON.stringify(labels)}`,
    async () => {
      for (const { query } of rules) {
        const { result } = await stack.prometheus<{ result: Sample[] }>('query', { query })
        if (result.some(matches)) return true
      }
      return undefined
    },
    5,
  )
}

/** All of these services answer, and nothing that runs is refused. */
export async function expectTargetsUp(stack: Observed, services: readonly string[]): Promise<void> {
  const look = async (): Promise<string[]> => {
    const { result } = await stack.prometheus<{ result: Sample[] }>('query', { query: 'up == 1' })
    return result.map(({ metric }) => metric.service ?? '')
  }
  const allUp = async (): Promise<true | undefined> => {
    const up = await look()
    return services.every(service => up.includes(service)) ? true : undefined
  }
  await until('targets up', allUp, 5).catch(() => undefined)
  expect(await look()).toEqual(expect.arrayContaining([...services]))
}

/** Nothing answers to this query; a database that still starts gets its time. */
export async function expectNone(stack: Observed, query: string): Promise<void> {
  const look = async (): Promise<readonly Sample[]> =>
    (await stack.prometheus<{ result: Sample[] }>('query', { query })).result
  const gone = async (): Promise<true | undefined> => ((await look()).length === 0 ? true : undefined)
  await until(`nothing for ${query}`, gone, 5).catch(() => undefined)
  expect(await look()).toEqual([])
}

export async function expectRulesHealthy(stack: Observed, names: RegExp): Promise<void> {
  const rules = await until('rules evaluated', async () => {
    const all = (await rulesOf(stack)).filter(rule => names.test(rule.name))
    return all.length > 0 && all.every(rule => rule.health !== 'unknown') ? all : undefined
  })
  expect(rules.filter(rule => rule.health !== 'ok')).toEqual([])
}

/** A stack that is minutes old has no yesterday to compare with. */
const YESTERDAY = /\boffset 1d\b/

/** Every query of these dashboards gives numbers, but for the panels named. */
export async function expectPanelsFilled(
  stack: Observed,
  dashboards: readonly string[],
  empty: readonly string[] = [],
): Promise<void> {
  const queries = panelQueries(stack.root).filter(
    query =>
      dashboards.includes(query.dashboard) && !empty.includes(query.panel) && !YESTERDAY.test(query.expr),
  )
  expect([...new Set(queries.map(query => query.dashboard))].sort()).toEqual([...dashboards].sort())
  const waiting = new Set(queries)
  await until(
    'data in every panel',
    async () => {
      for (const query of waiting) if (await hasData(stack, query.expr)) waiting.delete(query)
      return waiting.size === 0 ? true : undefined
    },
    5,
  ).catch(() => undefined)
  expect([...waiting].map(query => `${query.dashboard} / ${query.panel}: ${query.expr}`)).toEqual([])
}

export async function hasData(stack: Observed, expr: string): Promise<boolean> {
  const now = Date.now() / 1000
  const { result } = await stack.prometheus<{ result: Sample[] }>('query_range', {
    query: expr,
    start: `${now - 120}`,
    end: `${now}`,
    step: '5',
  })
  return result.some(series => series.values?.some(([, value]) => value !== 'NaN'))
}
