import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { nodeIo } from '../../src/io/port.ts'
import { recover } from '../../src/io/transaction.ts'
import { example, sandbox, snapshot } from './sandbox.ts'

const repo = join(import.meta.dirname, '../..')
const child = join(import.meta.dirname, 'child.mjs')
const { root: outer, remove } = sandbox()
const root = join(outer, 'repo')
const compiled = join(outer, 'compiled')
let before: Record<string, string> = {}
let after: Record<string, string> = {}

/** The real thing in a real process: compiled once, because node 20 runs no TypeScript. */
beforeAll(() => {
  const flags = [
    '--outDir',
    compiled,
    '--rootDir',
    'src',
    '--noEmit',
    'false',
    '--allowImportingTsExtensions',
    'false',
  ]
  const options = [
    '--ignoreConfig',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--types',
    'node',
    '--skipLibCheck',
  ]
  const typescript = join(repo, 'node_modules/typescript/bin/tsc')
  const files = ['src/io/transaction.ts', 'src/io/lock.ts', 'src/io/port.ts']
  const rewrite = ['--rewriteRelativeImportExtensions', '--strict']
  execFileSync(process.execPath, [typescript, ...options, ...flags, ...rewrite, ...files], { cwd: repo })
  fs.writeFileSync(join(compiled, 'package.json'), '{"type":"module"}')
  reset()
  before = tree()
  run('commit')
  after = tree()
})
afterAll(() => remove())
beforeEach(() => reset())

function reset(): void {
  fs.rmSync(root, { recursive: true, force: true })
  fs.mkdirSync(root)
  const operations = example(root)
  fs.writeFileSync(join(outer, 'operations.json'), JSON.stringify({ operations }))
}

function run(mode: string, at = 0) {
  return spawnSync(process.execPath, [child, compiled, root, mode, String(at)], { encoding: 'utf8' })
}

function tree(): Record<string, string> {
  const rest = Object.entries(snapshot(root)).filter(
    ([path]) => !/^monitoring\/(\.vigie\/(run\.lock|tmp)|old\/$)/.test(path),
  )
  return Object.fromEntries(rest.sort(([a], [b]) => (a < b ? -1 : 1)))
}

describe('SIGKILL', () => {
  it('at every call that writes leaves a tree that the next run makes wholly old or wholly new', () => {
    let sawOld = 0
    for (let at = 0; ; at++) {
      reset()
      const killed = run('kill-at', at)
      if (killed.signal !== 'SIGKILL') break
      recover(root, 'monitoring', nodeIo('vigie generate'))
      const now = JSON.stringify(tree())
      expect([JSON.stringify(before), JSON.stringify(after)], `killed at call ${at}`).toContain(now)
      if (now === JSON.stringify(before)) sawOld++
    }
    expect(sawOld).toBeGreaterThan(50)
    expect(tree()).toEqual(after)
  })

  it('at any moment, again and again, is mended by the run that follows', async () => {
    for (let round = 0; round < 10; round++) {
      reset()
      await killWhileRunning(round)
      const finished = run('commit')
      const outcome = JSON.parse(finished.stdout)
      // Killed after its commit, the first run has changed what this one saw; else this one does it all.
      expect(outcome.error ?? 'done').toMatch(/^done$|changed while you were deciding/)
      expect(tree()).toEqual(after)
    }
  })
})

/** Kills on a signal from the child plus a little spinning, never on a clock. */
async function killWhileRunning(round: number): Promise<void> {
  const running = spawn(process.execPath, [child, compiled, root, 'loop'])
  await new Promise(resolve => running.stdout.once('data', resolve))
  for (let turn = 0; turn < round * 60; turn++) await new Promise(resolve => setImmediate(resolve))
  running.kill('SIGKILL')
  await ended(running)
}

function ended(process: ChildProcess): Promise<unknown> {
  if (process.exitCode !== null || process.signalCode !== null) return Promise.resolve()
  return new Promise(resolve => process.once('exit', resolve))
}

describe('two processes', () => {
  it('at once: one works, the other says who is there, and takes over when that one is killed', async () => {
    const first = spawn(process.execPath, [child, compiled, root, 'hold'])
    await new Promise(resolve => first.stdout.once('data', resolve))
    const second = run('commit')
    expect(second.status).toBe(2)
    expect(second.stdout).toContain(`Another vigie is running here (pid ${first.pid}, \\"vigie add redis\\"`)
    expect(tree()).toEqual(before)
    first.kill('SIGKILL')
    await ended(first)
    expect(run('commit').status).toBe(0)
    expect(tree()).toEqual(after)
  })

  it('racing for the lock: each either does it or says why not, and the tree is whole', async () => {
    for (let round = 0; round < 3; round++) await race()
  })
})

async function race(): Promise<void> {
  reset()
  const racers = Array.from({ length: 6 }, () => spawn(process.execPath, [child, compiled, root, 'commit']))
  const outputs = racers.map(async racer => {
    let text = ''
    racer.stdout.on('data', chunk => {
      text += String(chunk)
    })
    await new Promise(resolve => racer.once('close', resolve))
    return JSON.parse(text)
  })
  const results = await Promise.all(outputs)
  expect(results.filter(result => result.error === undefined)).toHaveLength(1)
  for (const { error } of results) expect(error ?? 'Another vigie').toMatch(/Another vigie|changed while you/)
  expect(results.filter(result => result.bug)).toEqual([])
  expect(tree()).toEqual(after)
}
