import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { detectionText } from '../../src/commands/look.ts'
import { detect } from '../../src/detect/detect.ts'
import type { Detection } from '../../src/detect/detection.ts'
import { repoView } from '../../src/detect/repo.ts'
import { loadRegistry, loadSeenRules } from '../../src/io/templates.ts'

const seen = loadSeenRules()
let outside = ''
let root = ''

beforeEach(() => {
  outside = mkdtempSync(join(tmpdir(), 'vigie-hostile-'))
  root = join(outside, 'repo')
  mkdirSync(root)
})
afterEach(() => rmSync(outside, { recursive: true, force: true }))

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), content)
}
const look = (compose?: string): Detection =>
  detect({ view: repoView(root), registry: loadRegistry(root), seen, compose })
const kinds = (found: Detection): Record<string, string> =>
  Object.fromEntries(found.services.map(one => [one.name, one.kind]))

const DB = 'services:\n  db:\n    image: postgres:16\n'
const manifest = (dependency: string): string => JSON.stringify({ dependencies: { [dependency]: '1' } })

describe('a hostile repo', () => {
  it('with links in circles is read once', () => {
    write('compose.yaml', DB)
    write('a/b/package.json', manifest('express'))
    symlinkSync('..', join(root, 'a/b/up'))
    symlinkSync(root, join(root, 'a/root'))
    symlinkSync('self', join(root, 'self'))
    expect(kinds(look())).toEqual({ db: 'postgres' })
    expect(repoView(root).files()).toEqual(['a/b/package.json', 'compose.yaml'])
  })

  it('with documents without end shows the first of them', () => {
    write('compose.yaml', `${DB}${'---\n'.repeat(200_000)}services: { last: { image: redis } }\n`)
    const found = look()
    expect(kinds(found)).toEqual({ db: 'postgres' })
    expect(found.warnings.map(one => one.message).join()).toContain('more than 50 documents')
  })

  it('with endless empty lines in a Compose file below the root ends soon', () => {
    write('deploy/compose.yaml', `${DB}${'\n'.repeat(200_000)}`)
    expect(kinds(look())).toEqual({ db: 'postgres' })
  })

  it('with names that no package can have, and rules that no path can match, is read for the rest', () => {
    const long = 'a.'.repeat(30_000)
    write('compose.yaml', `${DB}  app:\n    build: .\n`)
    write('Dockerfile', 'FROM python:3.13\nCOPY . .\nCMD ["python", "app.py"]\n')
    write('requirements.txt', `${long}\nflask==3.1\n`)
    write('app.py', 'from flask import Flask\nFlask(__name__).run(port=5000)\n')
    write('.gitignore', `${'/*'.repeat(30_000)}\n${long}\n`)
    write('java/pom.xml', '<project><artifactId>java</artifactId></project>\n')
    write('java/Dockerfile', 'FROM eclipse-temurin:21\nEXPOSE 8080\nCMD java -jar app.jar\n')
    write('java/src/main/resources/application.yml', `server:\n  port: @${long}@\n`)
    write('compose.yaml', `${DB}  app:\n    build: .\n  java:\n    build: java\n`)
    expect(kinds(look())).toMatchObject({ app: 'flask', db: 'postgres', java: 'http' })
  })

  it.each([
    ['python', 'app.py'],
    ['infra', 'Makefile'],
    ['infra', 'nginx.conf'],
    ['java', 'src/main/resources/application.properties'],
    ['go', 'go.mod'],
  ])('of %s with endless empty lines in %s ends soon', (_, path) => {
    const given = path === 'nginx.conf' ? '    volumes: ["./nginx.conf:/etc/nginx/nginx.conf"]\n' : ''
    write('compose.yaml', `${DB}  web:\n    image: nginx\n${given}  app:\n    build: .\n`)
    write('Dockerfile', 'FROM scratch\nCOPY . .\nCMD ["./start"]\n')
    write('requirements.txt', 'flask==3.1\n')
    write('pom.xml', '<project><artifactId>app</artifactId></project>\n')
    write(path, '\n'.repeat(200_000))
    expect(kinds(look())).toMatchObject({ db: 'postgres' })
  })

  it.each(['cargo ', 'mvn ', 'gradlew a:', 'pnpm --filter ', 'git clone ', 'docker compose '])(
    'that says "%s" without end, in a Dockerfile and in its README, ends soon',
    words => {
      write('deploy/compose.yaml', `${DB}  app:\n    build: ..\n`)
      write('Dockerfile', `FROM golang:1.24\nCOPY . .\nRUN ${words.repeat(30_000)}\n`)
      write('README.md', words.repeat(30_000))
      expect(kinds(look())).toMatchObject({ db: 'postgres' })
    },
  )

  it('that starts below folders without end ends soon', () => {
    const path = `/${'a/'.repeat(60_000)}`
    write(
      'compose.yaml',
      `${DB}  app:\n    build: { context: ${path}, dockerfile: Dockerfile }\n    working_dir: ${path}\n    command: uvicorn main:app\n`,
    )
    write('main.py', 'from fastapi import FastAPI\n')
    expect(kinds(look())).toMatchObject({ db: 'postgres' })
  })

  it('with links out of itself shows nothing of what is there', () => {
    writeFileSync(join(outside, 'secret.yaml'), DB)
    mkdirSync(join(outside, 'elsewhere'))
    writeFileSync(join(outside, 'elsewhere/package.json'), manifest('express'))
    symlinkSync('../secret.yaml', join(root, 'compose.yaml'))
    symlinkSync('../elsewhere', join(root, 'api'))
    const view = repoView(root)
    expect(view.read('compose.yaml')).toBeUndefined()
    expect(view.read('../secret.yaml')).toBeUndefined()
    expect(view.read(join(outside, 'secret.yaml'))).toBeUndefined()
    expect(view.isFolder('api')).toBe(false)
    expect(look().services).toEqual([])
  })

  it.each([
    [
      'aliases without end',
      `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefghij'
        .split('')
        .map((name, at) => `${name}: &${name} [${`*${'abcdefghi'[at]}, `.repeat(9)}]`)
        .join('\n')}\n`,
    ],
    ['an alias of nothing', 'server: { port: *nowhere }\nscrape_configs: *nowhere\n'],
    ['brackets in brackets', '['.repeat(50_000)],
    ['lists in lists', `${'- '.repeat(20_000)}x\n`],
    ['text that is no map', 'scrape_configs\n'],
    [
      'a list where a map belongs',
      'scrape_configs: [1, [2], { static_configs: { targets: 3 } }]\nserver: [port]\n',
    ],
  ])('with %s in what configures its apps is still seen', (_, text) => {
    write('compose.yaml', 'services:\n  api:\n    build: api\n    ports: ["9000:9000"]\n')
    write('prometheus.yml', `# scrape_configs\n${text}`)
    write('api/Dockerfile', 'FROM eclipse-temurin:21\nCMD ["java", "-jar", "app.jar"]\n')
    write(
      'api/pom.xml',
      '<project><artifactId>api</artifactId><dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency></dependencies></project>',
    )
    write('api/src/main/resources/application.yml', text)
    expect(kinds(look())).toEqual({ api: 'spring-boot' })
  })

  it('with a link inside itself is read through it', () => {
    write('config/compose.yaml', DB)
    symlinkSync('config/compose.yaml', join(root, 'compose.yaml'))
    expect(kinds(look())).toEqual({ db: 'postgres' })
  })

  it('with huge and binary files is not read whole', () => {
    write('compose.yaml', `${DB}  api:\n    build: .\n    ports: ["3000"]\n`)
    write('Dockerfile', 'FROM node\n')
    write('package.json', Buffer.alloc(50_000_000, ' '))
    write('requirements.txt', Buffer.from([0, 1, 2, 255, 254]))
    expect(kinds(look())).toMatchObject({ db: 'postgres' })
    expect(repoView(root).read('package.json')).toBeUndefined()
    expect(repoView(root).read('requirements.txt')).toBeUndefined()
  })

  it('with pipes, folders and huge files in the place of files says why they are not read', () => {
    write('compose.yaml', `${DB}  api:\n    build: api\n  web:\n    build: web\n`)
    mkdirSync(join(root, 'api/Dockerfile'), { recursive: true })
    write('web/package.json', Buffer.alloc(3_000_000, ' '))
    spawnSync('mkfifo', [join(root, 'web/Dockerfile')])
    const found = look()
    expect(kinds(found)).toEqual({ db: 'postgres' })
    expect(found.warnings).toEqual([
      { message: 'It is a folder.', at: { file: 'api/Dockerfile' } },
      { message: 'It is no regular file.', at: { file: 'web/Dockerfile' } },
      { message: 'It is larger than 2 MB and is not read.', at: { file: 'web/package.json' } },
    ])
  })

  it('with a bomb of aliases is a warning', () => {
    const levels = Array.from({ length: 12 }, (_, at) =>
      at === 0
        ? 'x0: &x0 [a, a, a, a, a, a, a, a, a]'
        : `x${at}: &x${at} [${Array(9)
            .fill(`*x${at - 1}`)
            .join(', ')}]`,
    )
    write('compose.yaml', `${levels.join('\n')}\n${DB}`)
    const found = look()
    expect(found.warnings.map(one => one.message).join()).toMatch(/Excessive alias count/)
    expect(found.broken?.at?.line).toBe(6)
    expect(kinds(found)).toEqual({ db: 'postgres' })
  })

  it.each([
    ['a tab', '\tx: 1\n', 4],
    ['a quote that is never closed', '    command: "a\n', 4],
    ['an indent that fits nowhere', '   ports: []\n', 4],
    ['a conflict', '<<<<<<< HEAD\n=======\n>>>>>>> x\n', 4],
    ['an alias of nothing', '    <<: *nothing\n', 4],
  ])('with %s in its Compose file loses nothing else', (_, wrong, line) => {
    write('compose.yaml', `${DB}${wrong}  cache:\n    image: "redis"\n  web:\n    image: nginx\n`)
    const found = look()
    expect(found.broken?.at).toMatchObject({ file: 'compose.yaml', line })
    expect(kinds(found)).toEqual({ db: 'postgres', cache: 'redis', web: 'nginx' })
  })

  it('with files that include and extend each other without end is read once', () => {
    const include = (at: number): string =>
      `include: [c${at}.yaml, ./c${at}.yaml, ../repo/x/../c${at}.yaml]\n`
    for (let at = 0; at < 30; at++)
      write(
        at === 0 ? 'compose.yaml' : `c${at}.yaml`,
        `${include(at + 1)}services: { s${at}: { image: redis } }\n`,
      )
    write('c30.yaml', 'include: [compose.yaml]\n')
    const extend = (at: number): string => `  e${at}: { extends: { service: e${at + 1} } }\n`
    write(
      'c29.yaml',
      `services:\n${Array.from({ length: 3000 }, (_, at) => extend(at)).join('')}${DB.slice(10)}`,
    )
    const found = look()
    expect(kinds(found)).toMatchObject({ db: 'postgres', s0: 'redis', s28: 'redis' })
    expect(found.warnings[0]?.message).toMatch(/^Service "e\d+" extends/)
  })

  it('with names that steer a terminal does not steer it', () => {
    write('compose.yaml', DB)
    write('a\u001b[31m\nb/package.json', '{')
    const text = detectionText(look())
    expect(text).toContain('a\\u001b[31m\\u000ab/package.json:1:1  It is not valid JSON.\n')
  })

  it('with deep nesting, long lines and many dollars ends soon', () => {
    write(
      'compose.yaml',
      `${DB}    environment:\n      A: "${'${A:-'.repeat(3000)}"\n      B: "${'$'.repeat(100_000)}"\n`,
    )
    write(
      'long/compose.yaml',
      `services:\n${['a', '${', 'a/'].map((word, at) => `  s${at}: { image: "${word.repeat(100_000)}", command: "${word.repeat(100_000)}" }\n`).join('')}`,
    )
    expect(look('long/compose.yaml').skipped.map(one => one.name)).toEqual(['s0', 's1', 's2'])
    write('Dockerfile', `FROM node\nRUN ${'a \\\n'.repeat(20_000)}b\n`)
    write('pom.xml', `<project>${'<dependency>'.repeat(20_000)}`)
    write('build.gradle', `${'implementation ('.repeat(20_000)}`)
    write('go.mod', `require (\n${'github.com/a/b v1\n'.repeat(50_000)}`)
    write('deep/package.json', `${'['.repeat(50_000)}`)
    expect(kinds(look())).toEqual({ db: 'postgres' })
  })

  it.each([['a: {privileged: true}'], ['x y'], ['../../etc'], ['a'.repeat(100)], ['db\u0000']])(
    'with a service called %j is refused with its place',
    name => {
      write('compose.yaml', `services:\n  ${JSON.stringify(name)}:\n    image: postgres\n`)
      expect(look).toThrow(/cannot be the name of a service/)
    },
  )

  it('with names that vigie.yaml cannot say leaves those alone', () => {
    write('compose.yaml', 'services:\n  _db:\n    image: postgres\n  db-:\n    image: postgres\n')
    const found = look()
    expect(found.services).toEqual([])
    expect(found.skipped.map(one => one.name)).toEqual(['_db', 'db-'])
  })

  it('with credentials in it never shows them', () => {
    write(
      'compose.yaml',
      `services:\n  db:\n    image: mysql:8\n    environment: { MYSQL_ROOT_PASSWORD: hunter2 }\n  cache:\n    image: redis:7\n    command: redis-server --requirepass hunter2\n`,
    )
    expect(JSON.stringify(look())).not.toContain('hunter2')
  })

  it('with prototypes in its manifests changes nothing of ours', () => {
    write(
      'package.json',
      '{"__proto__": {"polluted": 1}, "dependencies": {"__proto__": "1", "constructor": "1"}}',
    )
    write('compose.yaml', `${DB}  __proto__:\n    image: redis\n  constructor:\n    image: redis\n`)
    look()
    expect({}).not.toHaveProperty('polluted')
  })

  it('reads nothing that .gitignore names, and no dependencies', () => {
    write('.gitignore', 'cache/\n!keep\n[z-a]\n')
    write('node_modules/x/package.json', manifest('express'))
    write('cache/package.json', manifest('express'))
    write('sub/vendor/package.json', manifest('express'))
    write('app/package.json', manifest('fastify'))
    expect(kinds(look())).toEqual({ app: 'fastify' })
  })

  it('that is empty, or has an empty Compose file, is no error', () => {
    expect(look().services).toEqual([])
    write('compose.yaml', '')
    expect(look().services).toEqual([])
    write('compose.yaml', '- 1\n- 2\n')
    expect(look().services).toEqual([])
    expect(look('missing.yaml').warnings.map(one => one.message)).toContain(
      'missing.yaml is not in the repo.',
    )
  })
})
