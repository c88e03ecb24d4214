import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { repoView } from '../../src/detect/repo.ts'
import { trackedFolders } from '../../src/detect/tracked.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vigie-tracked-'))
  git('init', '--quiet')
  write('.gitignore', '/deploy\n/data\n')
  write('deploy/qa/compose.yaml', 'services: {}\n')
  write('deploy/qa/compose.dev.yaml', 'services: {}\n')
  write('data/dump.sql', '')
  write('src/app.js', '')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const git = (...argv: string[]): void => {
  execFileSync('git', argv, { cwd: root })
}
function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

describe('what .gitignore names', () => {
  it.each(['2', '4'])('is the repo’s own where git tracks it, in an index of version %s', version => {
    git('add', '--force', 'deploy', 'src')
    git('update-index', '--index-version', version)
    expect([...trackedFolders(join(root, '.git/index'))].sort()).toEqual(['deploy', 'deploy/qa', 'src'])
    expect(repoView(root).files()).toContain('deploy/qa/compose.yaml')
    expect(repoView(root).files()).not.toContain('data/dump.sql')
  })

  it('is not where git does not track it', () => {
    git('add', '.')
    expect(repoView(root).files()).toEqual(['.gitignore', 'src/app.js'])
  })

  it('is not by an index outside the repo', () => {
    git('add', '--force', 'deploy')
    const elsewhere = mkdtempSync(join(tmpdir(), 'vigie-index-'))
    cpSync(join(root, '.git'), elsewhere, { recursive: true })
    rmSync(join(root, '.git'), { recursive: true })
    symlinkSync(elsewhere, join(root, '.git'))
    expect(repoView(root).files()).toEqual(['.gitignore', 'src/app.js'])
    rmSync(elsewhere, { recursive: true })
  })

  it.each([
    ['nothing', ''],
    ['another file', 'DIRX and so on, for long enough'],
    ['a cut entry', `DIRC\0\0\0\x02\0\0\0\x09${'\0'.repeat(70)}`],
    ['paths that grow without end', `DIRC\0\0\0\x04\0\x07\xff\xff${`${'\0'.repeat(63)}a\0`.repeat(400_000)}`],
    ['an endless number', `DIRC\0\0\0\x04\0\0\0\x09${'\0'.repeat(62)}${'\xff'.repeat(500)}`],
  ])('stays out where the index is %s', (_, bytes) => {
    writeFileSync(join(root, '.git/index'), Buffer.from(bytes, 'latin1'))
    expect(repoView(root).files()).toEqual(['.gitignore', 'src/app.js'])
  })
})
