import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { VERSION } from '../../src/io/version.ts'
import { converse } from './terminal.ts'
import { isGiven, parseTranscript, patternOf, type Step } from './transcript.ts'

const here = import.meta.dirname
const bin = join(here, '../../bin/vigie.js')
const outer = realpathSync(mkdtempSync(join(tmpdir(), 'vigie-transcripts-')))
const { CI: _ci, ...inherited } = process.env
const env: NodeJS.ProcessEnv = {
  ...inherited,
  PATH: `${join(outer, 'bin')}:${process.env.PATH}`,
  TERM: 'xterm',
  HOME: outer,
  // No engine: what a transcript shows must not depend on what runs on this machine.
  DOCKER_HOST: 'unix:///nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
}
const sh = (command: string, cwd: string) => spawnSync('sh', ['-c', command], { cwd, env, encoding: 'utf8' })

/** `app` is committed as it is; `stack` has been set up by vigie, without the cache, and committed again. */
beforeAll(() => {
  mkdirSync(join(outer, 'bin'))
  writeFileSync(join(outer, 'bin/vigie'), `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`)
  chmodSync(join(outer, 'bin/vigie'), 0o755)
  const commit = 'git add -A && git commit -qm'
  cpSync(join(here, 'app'), join(outer, 'app'), { recursive: true })
  expect(sh(`git init -q -b main . && ${commit} app`, join(outer, 'app'))).toMatchObject({ status: 0 })
  cpSync(join(outer, 'app'), join(outer, 'stack'), { recursive: true })
  const init = 'vigie init --service web --service db --alerts none'
  expect(sh(`${init} && ${commit} stack`, join(outer, 'stack'))).toMatchObject({ status: 0 })
})
afterAll(() => rmSync(outer, { recursive: true, force: true }))

const names = readdirSync(here).filter(name => name.endsWith('.txt'))

test.each(names)('%s', async name => {
  const text = readFileSync(join(here, name), 'utf8')
  const start = /^# starts from: (app|stack)$/m.exec(text)?.[1]
  if (start === undefined) throw new Error('a transcript says what it starts from')
  const cwd = join(outer, name.replace('.txt', ''), 'app')
  cpSync(join(outer, start), cwd, { recursive: true })
  for (const entry of parseTranscript(text)) {
    if (isGiven(entry)) {
      mkdirSync(dirname(join(cwd, entry.path)), { recursive: true })
      writeFileSync(join(cwd, entry.path), entry.text)
    } else await check(entry, cwd, `${name}:${entry.line}`)
  }
})

async function check(step: Step, cwd: string, place: string): Promise<void> {
  if (step.dialogue !== undefined) {
    const { shown, exit } = await converse(step.command, step.dialogue, { cwd, env, version: VERSION })
    expect(exit, `${place}\n${shown}`).toBe(step.exit)
    return
  }
  const { status, stdout, stderr } = sh(step.command, cwd)
  const shown = `${place}\nout\n${stdout}\nerr\n${stderr}`
  expect(stdout.replaceAll(cwd, '{root}'), shown).toMatch(patternOf(step.out, VERSION))
  expect(stderr.replaceAll(cwd, '{root}'), shown).toMatch(patternOf(step.err, VERSION))
  expect(status, shown).toBe(step.exit)
}
