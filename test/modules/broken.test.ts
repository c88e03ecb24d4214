import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeEach, expect, it } from 'vitest'
import { UserError } from '../../src/core/errors.ts'
import { Registry } from '../../src/core/modules/registry.ts'
import { moduleFolder } from '../../src/io/template-sources.ts'

const REDIS = fileURLToPath(new URL('../../templates/modules/redis/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'vigie-broken-'))
beforeEach(() => cpSync(REDIS, join(folder, 'redis'), { recursive: true }))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const load = () => new Registry([moduleFolder(folder, 'vigie.modules')]).get('redis').content

it('reads a module of the repo', () => {
  expect(load().rules).toContain('%RUNBOOKS%/redis.md#')
})

it.each([
  ['module.yaml', '\nid: [', /^[^\n]+\.$/, true],
  ['module.yaml', '\ncolour: blue\n', /colour/, false],
  ['rules.yml', '\n  - name: [', /^[^\n]+\.$/, true],
  ['rules.test.yml', '\n  - name: [', /^[^\n]+\.$/, true],
  ['dashboard.yaml', '\nrows: 3\n', /^[^\n]+\.$/, true],
  ['dashboard.yaml', '\ncolour: blue\n', /colour/, false],
  ['compose.yaml.hbs', '{{yaml', /Parse error[^\n]*$/, false],
])('names %s when %j is at its end', (name, rubbish, said, placed) => {
  const file = join(folder, 'redis', name)
  writeFileSync(file, readFileSync(file, 'utf8') + rubbish)
  expect(load).toThrow(UserError)
  expect(load).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(said),
      at: {
        file: `vigie.modules/redis/${name}`,
        ...(placed && { line: expect.any(Number), column: expect.any(Number) }),
      },
    }),
  )
})
