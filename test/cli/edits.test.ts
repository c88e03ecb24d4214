import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { snapshot } from '../io/sandbox.ts'
import { runVigie, type Said } from '../run-vigie.ts'

const outer = mkdtempSync(join(tmpdir(), 'vigie-edits-'))
const stack = join(outer, 'stack')
beforeAll(async () => {
  cpSync(join(import.meta.dirname, '../transcripts/app'), stack, { recursive: true })
  const { code, err } = await vigie(stack, 'init', '--service', 'web', '--service', 'db', '--alerts', 'none')
  expect(code, err).toBe(0)
})
afterAll(() => rmSync(outer, { recursive: true, force: true }))

const vigie = (cwd: string, ...argv: string[]): Promise<Said> => runVigie(cwd, argv)

type Edit = (text: string) => string
const COMPOSE = 'monitoring/compose.yaml'
const RULES = 'monitoring/prometheus/rules/nginx.yml'
const PROMETHEUS = 'monitoring/prometheus/prometheus.yml'
const swap =
  (from: string | RegExp, to: string): Edit =>
  text =>
    text.replace(from, to)
const atEnd =
  (more: string): Edit =>
  text =>
    text + more
const crlf: Edit = text => text.replaceAll('\n', '\r\n')

/** Every kind of hand edit that a service joining, a service leaving and new templates must not touch. */
const EDITS: readonly (readonly [string, string, Edit])[] = [
  ['a value', COMPOSE, swap('127.0.0.1:3000:3000', '127.0.0.1:3001:3000')],
  [
    'a comment at the end of a line',
    COMPOSE,
    swap('restart: unless-stopped', 'restart: unless-stopped   # ours'),
  ],
  ['a comment of its own', COMPOSE, swap('  grafana:\n', '  # ask ada before you touch this\n  grafana:\n')],
  ['a comment at the top', COMPOSE, text => `# ours\n\n${text}`],
  ['other quotes', COMPOSE, swap(/mem_limit: "(\w+)"/, "mem_limit: '$1'")],
  ['more blank lines', COMPOSE, swap('  alertmanager:\n', '\n\n  alertmanager:\n')],
  ['a service added', COMPOSE, swap('  grafana:\n', '  ours:\n    image: busybox\n\n  grafana:\n')],
  ['a key added', COMPOSE, swap('  grafana:\n', '  grafana:\n    hostname: ours\n')],
  ['a key removed', COMPOSE, swap(/\n {4}mem_limit: [^\n]*/, '')],
  ['a list item added', COMPOSE, swap('--web.enable-lifecycle', '--web.enable-lifecycle\n      - --ours')],
  [
    'an anchor and its alias',
    COMPOSE,
    swap('  grafana:\n', '  ours: &ours { image: busybox }\n  theirs: *ours\n  grafana:\n'),
  ],
  ['flow style', COMPOSE, swap('\nnetworks:\n  vigie: {}', '\nnetworks: { vigie: {}, ours: {} }')],
  ['no newline at the end', COMPOSE, text => text.trimEnd()],
  ['Windows line ends and an edit', COMPOSE, text => crlf(swap('3000:3000', '3001:3000')(text))],
  ['a byte order mark and an edit', COMPOSE, text => `\uFEFF${swap('3000:3000', '3001:3000')(text)}`],
  ['a threshold', RULES, swap(/for: \w+/, 'for: 17m')],
  [
    'a rule added',
    RULES,
    atEnd('  - name: ours\n    rules:\n      - alert: Ours\n        expr: vector(1)\n'),
  ],
  ['a rule removed', RULES, swap(/ {6}- alert: [\s\S]*?\n(?= {6}- alert:)/, '')],
  ['a scrape interval', PROMETHEUS, swap(/scrape_interval: .*/, 'scrape_interval: 42s')],
  ['a paragraph', 'monitoring/README.md', swap('## Leaving\n', 'Call ada at night.\n\n## Leaving\n')],
  ['a make target', 'monitoring/vigie.mk', atEnd('\nours: ## our own\n\t@echo ours\n')],
  [
    'a dashboard',
    'monitoring/grafana/dashboards/vigie/nginx.json',
    swap(/"title": "nginx"/i, '"title": "Ours"'),
  ],
  ['a runbook', 'monitoring/runbooks/nginx.md', text => `Call ada first.\n${text}`],
]

/** A copy of the stack with one edit, and what vigie sees of it. */
async function edited(name: string, path: string, edit: Edit): Promise<{ root: string; edits: string }> {
  const root = join(outer, name.replaceAll(' ', '-'))
  cpSync(stack, root, { recursive: true })
  const before = readFileSync(join(root, path), 'utf8')
  const after = edit(before)
  expect(after).not.toBe(before)
  writeFileSync(join(root, path), after)
  return { root, edits: await editsIn(root) }
}

/** The edited lines, without their place: services before them come and go. */
async function editsIn(root: string): Promise<string> {
  const { out } = await vigie(root, 'diff', '--edits')
  return out.replace(/^@@.*\n| .*\n/gm, '')
}

/** As an earlier vigie would have left it: another image, in the file as in the memory. */
function ageStack(root: string): void {
  const older = swap(/prom\/prometheus:v[\d.]+/, 'prom/prometheus:v1.0.0')
  for (const path of [COMPOSE, 'monitoring/.vigie/base/compose.yaml.base'])
    writeFileSync(join(root, path), older(readFileSync(join(root, path), 'utf8')))
  const state = '{"schema":1,"vigie":"0.0.9","templates":0}\n'
  writeFileSync(join(root, 'monitoring/.vigie/state.json'), state)
}

describe('a service joins, the templates are upgraded, the service leaves', () => {
  it.each(EDITS)('%s stays as it was', async (name, path, edit) => {
    const { root, edits } = await edited(name, path, edit)
    const start = readFileSync(join(root, path), 'utf8')
    const step = async (...argv: string[]): Promise<void> => {
      const { code, err } = await vigie(root, ...argv)
      expect(code, err).toBe(0)
      expect(await editsIn(root)).toBe(edits)
      expect((await vigie(root, 'check')).code).toBe(0)
    }
    await step('add', 'redis')
    ageStack(root)
    await step('generate', '--upgrade')
    await step('remove', 'cache')
    expect(readFileSync(join(root, path), 'utf8')).toBe(start)
  })
})

describe('the include of the stack in the user’s own words', () => {
  it.each([
    ['a word', 'include:\n  - monitoring/compose.yaml\n'],
    ['a path', 'include:\n  - path: ./monitoring/compose.yaml\n    env_file: .env\n'],
  ])('%s is left as it is', async (name, include) => {
    const { root } = await edited(`include ${name}`, 'compose.yaml', swap(/include:\n[\s\S]*/, include))
    const before = readFileSync(join(root, 'compose.yaml'), 'utf8')
    expect((await vigie(root, 'add', 'redis')).code).toBe(0)
    expect(readFileSync(join(root, 'compose.yaml'), 'utf8')).toBe(before)
  })
})

/** What cannot be merged safely is one question, never a guess. */
const UNMERGEABLE: readonly (readonly [string, Edit])[] = [
  ['tabs', swap('    image:', '\timage:')],
  ['two documents', atEnd('---\nours: true\n')],
  ['a key twice', swap('  grafana:\n', '  prometheus:\n    image: busybox\n  grafana:\n')],
  ['conflict markers', swap('  grafana:\n', '<<<<<<< ours\n  grafana:\n')],
]

describe('a file that cannot be merged safely', () => {
  it.each(UNMERGEABLE)('%s: nothing is written, and both answers work', async (name, edit) => {
    const { root } = await edited(name, COMPOSE, edit)
    const before = snapshot(root)
    const { code, err } = await vigie(root, 'add', 'redis')
    expect(code, err).toBe(1)
    expect(err).toContain('cannot merge safely')
    expect(snapshot(root)).toEqual(before)
    const mine = readFileSync(join(root, COMPOSE), 'utf8')
    expect((await vigie(root, 'add', 'redis', '--on-conflict', 'keep')).code).toBe(0)
    expect(readFileSync(join(root, COMPOSE), 'utf8')).toBe(mine)
    expect((await vigie(root, 'check')).code).toBe(0)
    expect((await vigie(root, 'restore', COMPOSE)).err).toContain('.vigie/trash/1/monitoring/compose.yaml')
    expect(readFileSync(join(root, COMPOSE), 'utf8')).toContain('cache-exporter:')
  })
})
