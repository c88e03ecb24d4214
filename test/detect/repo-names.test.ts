import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { Projects } from '../../src/detect/manifests/projects.ts'
import { repoView } from '../../src/detect/repo.ts'

const folder = mkdtempSync(join(tmpdir(), 'vigie-names-'))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const namesOf = (files: Readonly<Record<string, string>>): readonly string[] => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, 'Checkout', path, '..'), { recursive: true })
    writeFileSync(join(folder, 'Checkout', path), text)
  }
  return new Projects(repoView(join(folder, 'Checkout'))).repoNames()
}

describe('the names of a repo', () => {
  it.each([
    'git@github.com:acme/Paperclip.git',
    'https://github.com/acme/paperclip',
    'ssh://git@host/acme/paperclip.git',
  ])('takes the one it was cloned from: %s', url => {
    const config = `[core]\n\tbare = false\n[remote "upstream"]\n\turl = https://host/other.git\n[remote "origin"]\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n\turl = ${url}\n`
    expect(namesOf({ '.git/config': config })).toEqual(['checkout', 'paperclip'])
  })

  it('takes those of the manifests at the root', () => {
    const files = {
      'package.json': '{ "name": "@acme/paperclip-web" }',
      'go.mod': 'module github.com/acme/paperclip\n',
      'api/package.json': '{ "name": "api" }',
    }
    expect(new Set(namesOf(files))).toEqual(new Set(['checkout', 'paperclip-web', 'paperclip']))
  })
})
