import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { VERSION } from '../src/io/version.ts'

const root = join(import.meta.dirname, '..')
const Workflow = v.object({
  jobs: v.object({ check: v.object({ steps: v.array(v.object({ run: v.optional(v.string()) })) }) }),
})
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const block = /```yaml\n(name: vigie\n[\s\S]*?)```/.exec(readme)?.[1] ?? ''
const commands = v.parse(Workflow, parse(block)).jobs.check.steps.flatMap(step => step.run ?? [])

const outer = mkdtempSync(join(tmpdir(), 'vigie-ci-'))
const shop = join(outer, 'shop')
const git = ['-c', 'user.name=ada', '-c', 'user.email=ada@example.org']
const env = { ...process.env, CI: 'true', PATH: `${join(outer, 'bin')}:${process.env.PATH}` }
const run = (command: string, args: readonly string[], cwd: string) =>
  spawnSync(command, args, { cwd, env, encoding: 'utf8' })

/** npx as a runner has it, with this build in place of the registry. */
beforeAll(() => {
  mkdirSync(join(outer, 'bin'))
  const npx = join(outer, 'bin/npx')
  const vigie = `"${process.execPath}" "${join(root, 'bin/vigie.js')}"`
  writeFileSync(
    npx,
    `#!/bin/sh\n[ "$1 $2" = "--yes vigie@${VERSION}" ] || exit 99\nshift 2\nexec ${vigie} "$@"\n`,
  )
  chmodSync(npx, 0o755)
  cpSync(join(root, 'examples/shop'), shop, {
    recursive: true,
    filter: path => !path.includes('node_modules'),
  })
  expect(run(process.execPath, [join(root, 'bin/vigie.js'), 'init', '--yes'], shop).status).toBe(0)
  run('git', ['init', '-q'], shop)
  commit()
})
afterAll(() => rmSync(outer, { recursive: true, force: true }))

function commit(): void {
  run('git', ['add', '-A'], shop)
  expect(run('git', [...git, 'commit', '-qm', 'work'], shop).status).toBe(0)
}

/** What the workflow's own commands say in a fresh clone. */
function inFreshClone(name: string): { status: number | null; said: string } {
  expect(run('git', ['clone', '-q', shop, join(outer, name)], outer).status).toBe(0)
  expect(commands).toHaveLength(1)
  const { status, stderr } = run('sh', ['-ec', commands.join('\n')], join(outer, name))
  return { status, said: stderr }
}

test('the workflow in the README passes in a fresh clone, and fails when the stack is stale', () => {
  expect(inFreshClone('fresh')).toEqual({ status: 0, said: expect.stringContaining('Nothing to do.') })
  const config = join(shop, 'vigie.yaml')
  writeFileSync(config, readFileSync(config, 'utf8').replace('metrics: lean', 'metrics: full'))
  commit()
  expect(inFreshClone('stale')).toEqual({ status: 1, said: expect.stringContaining('vigie generate') })
})
