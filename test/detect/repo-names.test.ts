import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { clonedCode } from '../../src/detect/code/cloned.ts'
import { loadCompose } from '../../src/detect/compose/load.ts'
import { composeServices } from '../../src/detect/compose/service.ts'
import { isOurs, type Origin, originOf } from '../../src/detect/docker/own-image.ts'
import { factsOf } from '../../src/detect/facts.ts'
import { Projects } from '../../src/detect/manifests/projects.ts'
import { repoView } from '../../src/detect/repo.ts'

const folder = mkdtempSync(join(tmpdir(), 'vigie-names-'))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const namesOf = (files: Readonly<Record<string, string>>): readonly string[] => projectsOf(files).repoNames()

const projectsOf = (files: Readonly<Record<string, string>>): Projects => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, 'Checkout', path, '..'), { recursive: true })
    writeFileSync(join(folder, 'Checkout', path), text)
  }
  return new Projects(repoView(join(folder, 'Checkout')))
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

describe('a Dockerfile that clones', () => {
  const cloned = (url: string): string | undefined => {
    const projects = projectsOf({
      '.git/config': '[remote "origin"]\n\turl = git@github.com:Acme/Paperclip.git\n',
      'compose.yaml': 'services:\n  app:\n    build: .\n    ports: ["7860:7860"]\n',
      Dockerfile: `FROM python:3.13\nRUN git clone -b main ${url} /app\nEXPOSE 7860\nENTRYPOINT ["/start"]\n`,
      'app.py': 'import gradio\n',
    })
    const { view } = projects
    const [service] = composeServices(view, loadCompose(view, ['compose.yaml']))
    return service && clonedCode(service, factsOf(service, view), projects)?.reason
  }

  it('another repo builds a program of somebody else', () => {
    expect(cloned('https://github.com/acme/stapler.git')).toContain('https://github.com/acme/stapler.git')
  })
  it('its own repo builds what is here', () => {
    expect(cloned('https://github.com/acme/paperclip.git')).toBeUndefined()
  })
})

describe('whose images are made of a repo', () => {
  const originFor = (url: string): Origin =>
    originOf(projectsOf({ '.git/config': `[remote "origin"]\n\turl = ${url}\n` }))

  it.each([
    ['ada-makes/swagger:1', true],
    ['adamakes/pay', true],
    ['ghcr.io/paperclip/api:1', true],
    ['somebody/paperclip-web', true],
    ['registry.acme.com:5000/tools/pay', true],
    ['/pay:1', true],
    ['somebody/pay', false],
    ['docker.io/library/node:22', false],
    ['pay:1', true],
    ['couchbase:7', false],
  ])('%s: %s', (image, ours) => {
    expect(isOurs(image, originFor('git@github.com:ada-makes/paperclip.git'))).toBe(ours)
  })

  it('takes the end of the repo for the name of an image, unless many are called so', () => {
    const origin = originFor('git@github.com:ada/new-paper-clip.git')
    expect(isOurs('somebody/paper-clip:main', origin)).toBe(true)
    expect(isOurs('somebody/api', originFor('git@github.com:ada/paper-api.git'))).toBe(false)
  })

  it('takes nobody for the owner of a repo that was not cloned', () => {
    expect(originOf(projectsOf({ 'README.md': '' })).owners).toEqual(['checkout'])
  })
})
