import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { generateCommand } from '../../src/commands/generate.ts'
import { startRun } from '../../src/commands/run.ts'
import {
  CONFIG_VERSION,
  MIGRATIONS,
  type Migration,
  migrateConfig,
} from '../../src/core/config/migrations.ts'
import { parseConfig } from '../../src/core/config/parse.ts'
import { removeFromYaml, setInYaml } from '../../src/core/splice.ts'

/** As if versions −1 and 0 had ever been: the receivers stood at the top, and the folder had another name. */
const OLD: readonly Migration[] = [
  {
    from: -1,
    what: 'folder is called output',
    apply: text =>
      setInYaml('vigie.yaml', removeFromYaml('vigie.yaml', text, ['folder']), ['output'], 'watch'),
  },
  {
    from: 0,
    what: 'receivers stand below alerts',
    apply: text =>
      setInYaml('vigie.yaml', removeFromYaml('vigie.yaml', text, ['receivers']), ['alerts', 'receivers'], []),
  },
]
const ANCIENT = `# ours: ask ada
version: -1   # do not touch
project:   shop
folder: watch

services: {}   # none yet
# nobody listens
receivers: []
`

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vigie-migrate-'))
  writeFileSync(join(root, 'vigie.yaml'), ANCIENT)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function run(err: (text: string) => void) {
  const flags = {
    yes: true,
    dryRun: false,
    json: false,
    input: false,
    quiet: false,
    verbose: false,
    color: false,
  }
  const terminal = { out: () => {}, err, interactive: false, cwd: root, env: {} }
  return startRun({ directory: '.', ...flags }, terminal, ['generate'])
}
const options = { onConflict: undefined, apply: undefined }

describe('migrateConfig', () => {
  it('goes through every version, and comments and layout stay', () => {
    const { text, done } = migrateConfig(ANCIENT, OLD)
    expect(text).toContain('# ours: ask ada\nversion: 1   # do not touch\nproject:   shop\n')
    expect(text).toContain('services: {}   # none yet')
    expect(text).not.toMatch(/folder:|^receivers:/m)
    expect(done).toEqual([
      'version -1 → 0: folder is called output',
      'version 0 → 1: receivers stand below alerts',
    ])
    expect(parseConfig(text).config).toMatchObject({ output: 'watch', alerts: { receivers: [] } })
  })

  it('leaves a current file alone, and one it cannot read', () => {
    for (const text of ['version: 1\nproject: a\n', 'version: 9\n', 'a: [\n', ''])
      expect(migrateConfig(text, OLD)).toEqual({ text, done: [] })
  })

  it('has a migration for every version that ever was', () => {
    expect(MIGRATIONS.map(one => one.from)).toEqual(
      Array.from({ length: CONFIG_VERSION - 1 }, (_, i) => i + 1),
    )
  })
})

describe('vigie generate --upgrade', () => {
  it('brings vigie.yaml up to date in the same run, and shows it', async () => {
    let said = ''
    const upgraded = await generateCommand(
      run(text => {
        said += text
      }),
      { ...options, upgrade: true },
      OLD,
    )
    expect(upgraded).toBe(0)
    expect(said).toMatch(/~ vigie\.yaml {3}version -1 → 0: .*; version 0 → 1: /)
    expect(readFileSync(join(root, 'vigie.yaml'), 'utf8')).toContain('version: 1   # do not touch')
    expect(readFileSync(join(root, 'watch/compose.yaml'), 'utf8')).toContain('services:')
  })

  it('is what an old file asks for, with its place', () => {
    expect(() =>
      generateCommand(
        run(() => {}),
        { ...options, upgrade: false },
        OLD,
      ),
    ).toThrow(
      expect.objectContaining({
        message: 'This file is of version -1; this vigie reads version 1.',
        hint: expect.stringContaining('vigie generate --upgrade'),
        at: { file: 'vigie.yaml', line: 2, column: 10 },
      }),
    )
    expect(readFileSync(join(root, 'vigie.yaml'), 'utf8')).toBe(ANCIENT)
  })
})
