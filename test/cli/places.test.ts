import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { runVigie } from '../run-vigie.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vigie-places-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

async function said(...argv: string[]): Promise<string> {
  const { code, all } = await runVigie(root, argv)
  expect(code).toBe(2)
  return all
}

it('a folder that is a file', async () => {
  writeFileSync(join(root, 'file'), '')
  expect(await said('-C', 'file', 'check')).toContain('There is no folder file.')
})

it('a vigie.yaml that is a folder', async () => {
  mkdirSync(join(root, 'vigie.yaml'))
  expect(await said('check')).toContain('vigie.yaml is a directory, and vigie needs a file there.')
})

it('what the file system refuses is no bug: symlinks that lead in a circle', async () => {
  symlinkSync('b', join(root, 'a'))
  symlinkSync('a', join(root, 'b'))
  symlinkSync('a', join(root, 'vigie.yaml'))
  const text = await said('generate')
  expect(text).toContain('vigie.yaml: its symlinks lead in a circle.\n  hint: check what  ls -ld ')
  expect(text).not.toContain('bug')
})

it('an example of a Compose file, from which nothing is started', async () => {
  writeFileSync(join(root, 'compose.yaml.dist'), 'services:\n  db:\n    image: postgres:18\n')
  const text = await said('init', '--yes')
  expect(text).toContain(
    'compose.yaml.dist  It is only an example of a Compose file.\n  hint: cp compose.yaml.dist compose.yaml   makes one',
  )
  expect(readdirSync(root)).toEqual(['compose.yaml.dist'])
})
