import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { unifiedDiff } from '../../src/core/unified.ts'

const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31)
const lines = fc.array(fc.constantFrom('a', 'b', 'c', '', '  d: 1', '# e'), { maxLength: 30 })
const text = fc.tuple(lines, fc.boolean()).map(([all, ends]) => all.join('\n') + (ends ? '\n' : ''))

it('shows what changed with three lines around it', () => {
  const before = 'a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\n'
  const after = 'a\nB\nc\nd\ne\nf\ng\nh\ni\nj\nk\nL\n'
  expect(unifiedDiff({ path: 'x/y.yml', before, after })).toBe(
    [
      '--- a/x/y.yml',
      '+++ b/x/y.yml',
      '@@ -1,5 +1,5 @@',
      ' a',
      '-b',
      '+B',
      ' c',
      ' d',
      ' e',
      '@@ -9,4 +9,4 @@',
      ' i',
      ' j',
      ' k',
      '-l',
      '+L',
      '',
    ].join('\n'),
  )
})

it('says nothing of line ends and byte order marks', () => {
  expect(unifiedDiff({ path: 'a', before: 'x\n', after: '\uFEFFx\r\n' })).toBe('')
})

it('names the two paths of a renamed file, and /dev/null for none', () => {
  expect(unifiedDiff({ path: 'b', from: 'a', before: '1\n', after: '2\n' })).toContain('--- a/a\n+++ b/b\n')
  expect(unifiedDiff({ path: 'b', before: undefined, after: '1\n' })).toContain('--- /dev/null\n+++ b/b\n')
  expect(unifiedDiff({ path: 'b', before: '1\n', after: undefined })).toContain('+++ /dev/null\n')
})

it(`is a patch that git applies (FC_SEED=${SEED})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-diff-'))
  const file = join(folder, 'f')
  try {
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(before !== after && before !== '' && after !== '')
        writeFileSync(file, before)
        const patch = unifiedDiff({ path: 'f', before, after })
        const applied = spawnSync('git', ['apply', '--whitespace=nowarn', '-'], { cwd: folder, input: patch })
        expect(applied.status, `${patch}\n${applied.stderr}`).toBe(0)
        expect(readFileSync(file, 'utf8')).toBe(after)
      }),
      { seed: SEED, numRuns: 100 },
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
