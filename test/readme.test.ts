import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildProgram } from '../src/cli.ts'
import { loadRegistry } from '../src/io/templates.ts'
import type { Terminal } from '../src/ui/terminal.ts'
import { alertsOf, dashboards, ruleSets } from './modules/facts.ts'
import { runVigie } from './run-vigie.ts'

const root = new URL('..', import.meta.url).pathname
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const SHOWN_FOLDER = '/home/ada/shop'
let shop = ''

beforeAll(() => {
  shop = join(mkdtempSync(join(tmpdir(), 'vigie-readme-')), 'shop')
  cpSync(join(root, 'examples', 'shop'), shop, { recursive: true })
})
afterAll(() => rmSync(join(shop, '..'), { recursive: true, force: true }))

interface Step {
  readonly argv: readonly string[]
  readonly shown: readonly string[]
}

function transcript(): Step[] {
  const block = /```console\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  return block
    .split(/^\$ npx vigie ?/m)
    .slice(1)
    .map(part => {
      const [command = '', ...shown] = part.trimEnd().split('\n')
      return { argv: command.split(' ').filter(Boolean), shown }
    })
}

async function run(argv: readonly string[]): Promise<{ code: number; lines: string[] }> {
  const { code, all } = await runVigie(shop, argv)
  return { code, lines: all.replaceAll(shop, SHOWN_FOLDER).trimEnd().split('\n') }
}

/** Runs of lines between ellipses must stand in the output one after the other; the ends are held unless they are ellipses. */
function expectShown(shown: readonly string[], printed: readonly string[]): void {
  let rest = printed.join('\n').concat('\n')
  const parts = `${shown.join('\n')}\n`.split(/^…\n/m)
  parts.forEach((part, index) => {
    const at = index === 0 ? 0 : rest.indexOf(part)
    expect(at, `not printed:\n${part}\nin\n${rest}`).toBeGreaterThanOrEqual(0)
    expect(rest.slice(at, at + part.length)).toBe(part)
    rest = rest.slice(at + part.length)
  })
  if (shown.at(-1) !== '…') expect(rest).toBe('')
}

test('the transcript is what the commands print', async () => {
  const steps = transcript()
  expect(steps.length).toBeGreaterThan(0)
  for (const step of steps) {
    const { code, lines } = await run(step.argv)
    expect(code).toBe(0)
    expectShown(step.shown, lines)
  }
})

const silent: Terminal = { out: () => {}, err: () => {}, interactive: false, cwd: '.', env: {} }
const commands: readonly Command[] = buildProgram(silent, () => {}).commands
const code = [...readme.matchAll(/`([^`\n]+)`|^ {4}(\S.*)$|^\s*- run: (.+)$/gm)].map(
  ([, span, line, step]) => span ?? line ?? step ?? '',
)

test('every command is in the README', () => {
  for (const command of commands) expect(readme).toContain(`\`vigie ${command.name()}`)
})

test('every command in the README exists', () => {
  const named = code.flatMap(text => [...text.matchAll(/\bvigie ([a-z]+)/g)].map(match => match[1]))
  expect(named.length).toBeGreaterThan(commands.length)
  for (const name of named) expect(commands.map(command => command.name())).toContain(name)
})

test('every flag in the README exists', () => {
  const program = buildProgram(silent, () => {})
  const known = [program, ...program.commands].flatMap(command =>
    command.options.flatMap(option => [option.long, option.short]),
  )
  const ours = code.filter(text => !text.startsWith('git '))
  const flags = ours.flatMap(text =>
    [...text.matchAll(/(?<=^|\s)--?[A-Za-z][a-z-]*/g)].map(match => match[0]),
  )
  for (const flag of flags) expect(known).toContain(flag)
})

test('every file the README links to exists', () => {
  for (const [, path = ''] of readme.matchAll(/\]\((?!http)([^)#]+)\)/g))
    expect(existsSync(join(root, path)), path).toBe(true)
})

test('the numbers are what the modules hold', () => {
  const kinds = loadRegistry('/nowhere').kinds().length
  const alerts = ruleSets.flatMap(alertsOf).length
  const panels = dashboards.flatMap(({ spec }) => spec.rows.flatMap(row => row.panels)).length
  expect(readme).toContain(`vigie knows ${kinds} kinds, with ${alerts} alerts and ${panels} panels.`)
})
