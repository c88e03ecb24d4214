import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CTRL_C, ENTER, inTerminal } from '../terminal.ts'
import {
  clear,
  containersOf,
  edit,
  makeRepo,
  missing,
  observe,
  ok,
  type Site,
  servicesUp,
  until,
} from './stack.ts'

const PROJECT = 'vigie-live'
const PORTS = { prometheus: 21110, grafana: 21111, alertmanager: 21112, cadvisor: 21113, nodeExporter: 21191 }
const REDIS = (name: string): string => `  ${name}:\n    image: redis:7-alpine\n`
const RULE = (name: string, expr: string): string =>
  `groups:\n  - name: ours\n    rules:\n      - { record: "${name}", expr: "${expr}" }\n`

const reason = missing()

describe.skipIf(reason !== undefined)(`a running stack that changes${reason ? ` (${reason})` : ''}`, () => {
  let site: Site
  let before: Map<string, string>

  beforeAll(async () => {
    clear(PROJECT)
    const root = makeRepo({ 'compose.yaml': `name: ${PROJECT}\nservices:\n${REDIS('cache')}` })
    site = await observe(root, PORTS, ['--alerts', 'none'])
    site.vigie('up')
    await servicesUp(site)
    edit(join(root, 'compose.yaml'), text => text.replace('services:\n', `services:\n${REDIS('sessions')}`))
    site.compose('up', '-d', '--no-deps', 'sessions')
    before = containersOf(PROJECT)
  })

  afterAll(() => clear(PROJECT))

  const ids = (but: readonly string[] = []): Map<string, string> =>
    new Map([...containersOf(PROJECT)].filter(([service]) => !but.includes(service)))
  const groups = async (): Promise<string[]> => {
    const found = await site.prometheus<{ groups: { file: string; rules: { name: string }[] }[] }>('rules')
    return found.groups
      .filter(one => one.file.includes('/local/'))
      .flatMap(one => one.rules.map(rule => rule.name))
  }

  it('is not touched without a word', async () => {
    site.vigie('--yes', 'add', 'redis', 'sessions')
    expect(ids()).toEqual(before)
    expect(await servicesUp(site)).not.toContain('sessions')
    site.vigie('--yes', 'remove', 'sessions', '--no-apply')
  })

  it('gets one container for a new service, and scrapes it', async () => {
    const { code, said } = site.tryVigie('--yes', 'add', 'redis', 'sessions', '--apply')
    expect(code, said).toBe(0)
    expect(said).toContain('Started sessions-exporter.')
    expect(said).toMatch(/Prometheus has loaded \d+ rules and \d+ scrape jobs, all that the files hold/)
    expect(said).toContain('Alertmanager has loaded its configuration')
    expect(ids(['sessions-exporter'])).toEqual(before)
    expect(containersOf(PROJECT).has('sessions-exporter')).toBe(true)
    await until('the new service scraped', async () =>
      (await servicesUp(site)).includes('sessions') ? true : undefined,
    )
  })

  it('keeps what it has when a rule file is broken, and says where', async () => {
    const file = join(site.root, 'monitoring/prometheus/rules/local/ours.yml')
    writeFileSync(file, RULE('ours:one', 'vector(1)'))
    expect(site.tryVigie('generate', '--apply').code).toBe(0)
    expect(await groups()).toEqual(['ours:one'])

    writeFileSync(file, RULE('ours:two', 'sum('))
    const running = ids()
    const { code, said } = site.tryVigie('generate', '--apply')
    expect(code).toBe(1)
    expect(said).toMatch(/rules\/local\/ours\.yml: 4:\d+: .*could not parse expression/)
    expect(said).toContain('were not loaded')
    expect(ok('make', ['-f', 'monitoring/vigie.mk', 'reload'], site.root)).toBe(false)
    expect(await groups()).toEqual(['ours:one'])
    expect(ids()).toEqual(running)

    writeFileSync(file, RULE('ours:three', 'vector(3)'))
    expect(ok('make', ['-f', 'monitoring/vigie.mk', 'reload'], site.root)).toBe(true)
    expect(await groups()).toEqual(['ours:three'])
  })

  it('keeps its routes when alertmanager.yml is broken', () => {
    const file = join(site.root, 'monitoring/alertmanager/alertmanager.yml')
    edit(file, text => text.replace('route:\n  receiver: nobody', 'route:\n  receiver: somebody'))
    const { code, said } = site.tryVigie('generate', '--apply')
    expect(code).toBe(1)
    expect(said).toContain('undefined receiver "somebody"')
    edit(file, text => text.replace('receiver: somebody', 'receiver: nobody'))
    expect(site.tryVigie('generate', '--apply').code).toBe(0)
  })

  it('loses the exporter of a removed service and nothing else', async () => {
    const { code, said } = site.tryVigie('--yes', 'remove', 'sessions', '--apply')
    expect(code, said).toBe(0)
    expect(said).toContain('Removed sessions-exporter.')
    expect(ids()).toEqual(before)
    await until('the job gone', async () =>
      (await servicesUp(site)).includes('sessions') ? undefined : true,
    )
  })

  it('asks a person, who may say no with Ctrl-C', () => {
    const add = ['add', 'redis', 'sessions']
    const stopped = inTerminal(
      site.root,
      [
        ['changes?', ENTER],
        ['The stack is running.', CTRL_C],
      ],
      ...add,
    )
    expect(stopped.code, stopped.shown).toBe(130)
    expect(stopped.shown).toContain('The files are written; the running stack was not touched.')
    expect(ids()).toEqual(before)
    const removed = inTerminal(
      site.root,
      [
        ['changes?', ENTER],
        ['The stack is running.', ENTER],
      ],
      'remove',
      'sessions',
    )
    expect(removed.code, removed.shown).toBe(0)
    expect(removed.shown).toContain('Prometheus has loaded')
    expect(ids()).toEqual(before)
  })

  it('answers to every target of vigie.mk', async () => {
    const make = (...args: string[]): boolean => ok('make', ['-f', 'monitoring/vigie.mk', ...args], site.root)
    for (const target of ['status', 'validate', 'doctor', 'reload']) expect(make(target), target).toBe(true)
    const logs = spawnSync('timeout', ['-s', 'INT', '5', 'make', '-f', 'monitoring/vigie.mk', 'logs'], {
      cwd: site.root,
      encoding: 'utf8',
    })
    expect(logs.stdout).toContain('Server is ready to receive web requests')
    const lines = site
      .vigie('logs', 'prometheus', '--json')
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(lines).toContainEqual({
      container: expect.stringContaining('prometheus'),
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      line: expect.stringContaining('Server is ready to receive web requests'),
    })
    expect(make('down')).toBe(true)
    expect(containersOf(PROJECT)).toEqual(new Map())
    expect(make('up')).toBe(true)
    expect((await servicesUp(site)).includes('cache')).toBe(true)
  })

  it('says so when there is nothing to apply to', () => {
    site.vigie('down')
    const { code, said } = site.tryVigie('generate', '--apply')
    expect(code).toBe(2)
    expect(said).toContain('vigie up')
  })
})
