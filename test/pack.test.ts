import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PLATFORM = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
const outer = mkdtempSync(join(tmpdir(), 'vigie-pack-'))
const { version, engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
const oldest: string = engines.node.replace('>=', '')

/** The folder of a Node of this version: npm has them as packages. Undefined where it cannot be had. */
function nodeFolder(wanted: string): string | undefined {
  const prefix = join(ROOT, '.cache', 'node', wanted)
  const folder = join(prefix, 'node_modules', `node-${PLATFORM}`, 'bin')
  mkdirSync(prefix, { recursive: true })
  const args = [
    'install',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    '--fetch-retries=0',
    '--prefix',
    prefix,
  ]
  if (!existsSync(folder)) spawnSync('npm', [...args, `node-${PLATFORM}@${wanted}`], { timeout: 300_000 })
  return existsSync(folder) ? folder : undefined
}

const nodes = [oldest, '22', '24'].map(wanted => [wanted, nodeFolder(wanted)] as const)
let tarball = ''

/** Packs what is here now, beside dist/, which other tests may be using. */
beforeAll(() => {
  const copy = join(outer, 'package')
  for (const name of ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'bin', 'schema'])
    cpSync(join(ROOT, name), join(copy, name), { recursive: true })
  expect(run(process.execPath, [join(ROOT, 'scripts', 'build.mjs'), join(copy, 'dist')], ROOT).code).toBe(0)
  const packed = run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', outer], copy)
  tarball = join(outer, packed.stdout.trim())
})
afterAll(() => rmSync(outer, { recursive: true, force: true }))

function run(command: string, args: readonly string[], cwd: string, path = process.env.PATH) {
  const env = { ...process.env, PATH: path, npm_config_cache: join(outer, 'npm') }
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' })
  return { code: status, stdout, said: `${stdout}${stderr}` }
}

describe.each(nodes)('the packed CLI, through npx on Node %s', (wanted, folder) => {
  const title = folder ? 'runs' : `runs (skipped: npm could not install node-${PLATFORM}@${wanted})`

  it.skipIf(folder === undefined)(`${title} in an empty folder, and sets up the shop`, () => {
    const here = join(outer, wanted)
    cpSync(join(ROOT, 'examples', 'shop'), join(here, 'shop'), { recursive: true })
    mkdirSync(join(here, 'empty'))
    const npx = (cwd: string, ...command: string[]) =>
      run(
        'npx',
        ['--yes', `--package=${tarball}`, '--', ...command],
        cwd,
        `${folder}${delimiter}${process.env.PATH}`,
      )

    const empty = join(here, 'empty')
    expect(npx(empty, 'node', '--version').stdout).toMatch(
      new RegExp(`^v${wanted.replaceAll('.', '\\.')}\\b`),
    )
    expect(npx(empty, 'vigie', '--version')).toMatchObject({ code: 0, stdout: `${version}\n` })
    expect(readdirSync(empty)).toEqual([])

    const shop = join(here, 'shop')
    for (const command of [['init', '--yes', '--alerts', 'none'], ['generate'], ['check']]) {
      const { code, said } = npx(shop, 'vigie', ...command)
      expect(code, said).toBe(0)
    }
    expect(readdirSync(join(shop, 'monitoring', 'grafana', 'dashboards', 'vigie'))).toContain('overview.json')
  })
})
