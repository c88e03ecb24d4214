import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { main } from '../../src/main.ts'
import { runVigie, type Said } from '../run-vigie.ts'

const SHOP = fileURLToPath(new URL('../../examples/shop', import.meta.url))
let root = ''

beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'vigie-cli-')), 'shop')
  cpSync(SHOP, root, { recursive: true, filter: path => !path.includes('node_modules') })
})
afterEach(() => rmSync(join(root, '..'), { recursive: true, force: true }))

const vigie = (...argv: string[]): Promise<Said> => runVigie(root, argv)

const file = (path: string): string => join(root, path)
const read = (path: string): string => readFileSync(file(path), 'utf8')
const edit = (path: string, change: (text: string) => string): void =>
  writeFileSync(file(path), change(read(path)))

/** Every file and its text. */
function snapshot(): Record<string, string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  return Object.fromEntries(
    entries
      .map(entry => join(entry.parentPath, entry.name))
      .map(path => [relative(root, path), readFileSync(path, 'utf8')] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

async function initialised(): Promise<void> {
  const { code, err } = await vigie('init', '--yes')
  expect(code, err).toBe(0)
}

describe('vigie', () => {
  it('init --yes writes the stack, and check agrees', async () => {
    await initialised()
    expect(read('vigie.yaml')).toMatch(/db: \{ kind: postgres/)
    expect(read('compose.yaml')).toContain('monitoring/compose.yaml')
    expect(existsSync(file('monitoring/prometheus/scrape/db.yml'))).toBe(true)
    expect((await vigie('check')).code).toBe(0)
    const before = snapshot()
    expect((await vigie('generate')).code).toBe(0)
    expect(snapshot()).toEqual(before)
  })

  it('check says 1 after vigie.yaml changed, and generate mends it', async () => {
    await initialised()
    edit('vigie.yaml', text => text.replace('metrics: lean', 'metrics: full'))
    const before = snapshot()
    const stale = await vigie('check')
    expect(stale.code).toBe(1)
    expect(stale.err).toContain('vigie generate')
    expect(snapshot()).toEqual(before)
    expect((await vigie('generate')).code).toBe(0)
    expect((await vigie('check')).code).toBe(0)
  })

  it('add and remove leave the tree as it was', async () => {
    await initialised()
    const before = snapshot()
    expect((await vigie('add', 'redis', 'sessions', '--address', 'sessions:6379', '--yes')).code).toBe(0)
    expect(existsSync(file('monitoring/prometheus/scrape/sessions.yml'))).toBe(true)
    expect((await vigie('remove', 'sessions', '--yes')).code).toBe(0)
    expect(snapshot()).toEqual(before)
  })

  it('says where the lines stand that an application still needs', async () => {
    edit('compose.yaml', text =>
      text.replace('services:\n', 'services:\n  hello:\n    build: hello\n    expose: [5000]\n'),
    )
    mkdirSync(file('hello'))
    writeFileSync(file('hello/Dockerfile'), 'FROM python:3.13\nCMD flask --app hello run\n')
    writeFileSync(file('hello/requirements.txt'), 'flask==3.1\n')
    const said = '  To do  hello: the lines to add to it are in monitoring/README.md, under "hello"\n'
    expect((await vigie('init', '--yes')).err).toContain(said)
    expect(read('monitoring/README.md')).toMatch(
      /^### hello\n\n[\s\S]*pip install prometheus-flask-exporter/m,
    )
    await vigie('remove', 'hello', '--yes')
    expect((await vigie('add', 'flask', 'hello', '--yes')).err).toContain(said)
    await vigie('remove', 'hello', '--yes')
    writeFileSync(file('hello/requirements.txt'), 'flask==3.1\nprometheus-flask-exporter==0.23\n')
    expect((await vigie('add', 'flask', 'hello', '--yes')).err).not.toContain('To do')
  })

  it('check reports a service that vigie.yaml does not know, add proposes it, ignore declines it', async () => {
    await initialised()
    edit('compose.yaml', text => text.replace('services:\n', 'services:\n  queue:\n    image: rabbitmq:4\n'))
    const { code, err } = await vigie('check')
    expect(code).toBe(1)
    expect(err).toMatch(/queue +rabbitmq +queue:5672 +compose\.yaml:\d+ image rabbitmq:4/)
    expect(JSON.parse((await vigie('--json', 'check')).out)).toMatchObject({ unwatched: ['queue'] })
    const asked = await vigie('add')
    expect(asked.code).toBe(2)
    expect(asked.err).toMatch(/vigie add --yes/)
    const before = snapshot()
    edit('vigie.yaml', text => `${text}ignore: [queue]\n`)
    expect((await vigie('check')).code).toBe(0)
    writeFileSync(file('vigie.yaml'), before['vigie.yaml'] ?? '')
    expect((await vigie('add', '--yes')).code).toBe(0)
    expect(read('vigie.yaml')).toContain('queue: { kind: rabbitmq, address: "queue:5672" }')
    expect((await vigie('check')).code).toBe(0)
  })

  it('takes the folder of the stack as a shell completes it', async () => {
    expect((await vigie('init', '--yes', '--output', './monitoring/')).code).toBe(0)
    expect(read('vigie.yaml')).toMatch(/^output: monitoring$/m)
  })

  it('init --service puts what was not chosen under ignore', async () => {
    expect((await vigie('init', '--yes', '--service', 'db', '--alerts', 'none')).code).toBe(0)
    expect(read('vigie.yaml')).toMatch(/^ignore: .*"?proxy"?.*"?api"?.*"?cache"?/m)
    expect((await vigie('check')).code).toBe(0)
  })

  it('init --yes leaves out what it only guesses, and says so; add watches it and declines it no longer', async () => {
    edit('compose.yaml', text =>
      text.replace(
        'services:\n',
        'services:\n  vault:\n    image: acme/rs-minio\n  rs-minio:\n    image: acme/rs-minio\n',
      ),
    )
    const { code, err } = await vigie('init', '--yes')
    expect(code, err).toBe(0)
    expect(err).toMatch(
      /Left out as mere guesses, and under {2}ignore: {2}in vigie\.yaml: rs-minio\n[\s\S]*vigie add minio rs-minio/,
    )
    expect(read('vigie.yaml')).toMatch(/^ignore: \[rs-minio\]$/m)
    expect((await vigie('check')).code).toBe(0)
    expect((await vigie('add', 'minio', 'rs-minio')).code).toBe(0)
    expect(read('vigie.yaml')).toContain('rs-minio: { kind: minio, address: "rs-minio:9000" }')
    expect(read('vigie.yaml')).not.toContain('ignore:')
  })

  it('gives the stack ports that the app does not publish, and a project beside an own Prometheus', async () => {
    edit('compose.yaml', text =>
      text.replace(
        'services:\n',
        'services:\n  prometheus:\n    image: prom/prometheus\n    ports: ["9090:9090", "3000:3000", "9100:9100"]\n',
      ),
    )
    expect((await vigie('init', '--yes')).code).toBe(0)
    const config = read('vigie.yaml')
    expect(config).toContain('attach: external')
    expect(config).toContain('grafana: { port: 3001 }')
    expect(config).toContain('prometheus: { port: 9091 }')
    expect(config).toMatch(/nodeExporter: \{ listen: .*:9101/)
  })

  it('refuses to look into a Compose file that is not there', async () => {
    const { code, out, err } = await vigie('detect', '--compose', 'nope.yml')
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain('There is no file nope.yml in this repo.')
  })

  it('detects in a broken Compose file what can be read of it', async () => {
    edit('compose.yaml', text => `${text}  late: [\n`)
    const { code, out } = await vigie('detect')
    expect(code).toBe(0)
    expect(out).toMatch(/db +postgres/)
    expect(out).toMatch(/compose\.yaml:\d+:\d+ {2}This Compose file is not valid YAML/)
  })

  it('takes the name of a service for no kind, and says which kind it is of', async () => {
    await initialised()
    edit('compose.yaml', text => text.replace('services:\n', 'services:\n  queue:\n    image: rabbitmq:4\n'))
    const { code, err } = await vigie('add', 'queue')
    expect(code).toBe(2)
    expect(err).toBe('queue is a service, and no kind of one.\n  hint: vigie add rabbitmq queue\n')
    expect((await vigie('add', 'rabbitmq', 'queue')).code).toBe(0)
  })

  it('knows a kind by its other names, in a command and in vigie.yaml', async () => {
    await initialised()
    expect((await vigie('add', 'valkey', '--address', 'sessions:6379', '--yes')).code).toBe(0)
    expect(readFileSync(file('vigie.yaml'), 'utf8')).toContain(
      'valkey: { kind: redis, address: "sessions:6379" }',
    )
    const rendered = readFileSync(file('monitoring/prometheus/scrape/valkey.yml'), 'utf8')
    edit('vigie.yaml', text => text.replace('valkey: { kind: redis', 'valkey: { kind: valkey'))
    expect((await vigie('check')).code).toBe(0)
    expect(rendered).toContain('job: redis')
    const { code, err } = await vigie('add', 'valkye', '--address', 'x:1')
    expect(code).toBe(2)
    expect(err).toContain('did you mean "valkey"?')
  })

  it('says where the options of the first run stand', async () => {
    const bare = await vigie('--alerts', 'none')
    expect(bare.code).toBe(2)
    expect(bare.err).toContain('vigie init --help')
    expect((await vigie('check', '--alerts', 'none')).err).toContain('add --help')
    expect(existsSync(file('vigie.yaml'))).toBe(false)
  })

  it('takes its include out again when the stack gets a project of its own', async () => {
    const before = read('compose.yaml')
    await initialised()
    edit('vigie.yaml', text =>
      text.replace('output:', 'attach: external\noutput:').replace(/secret:db_password/, 'file:db_password'),
    )
    const { code, err } = await vigie('generate')
    expect(code, err).toBe(0)
    expect(read('compose.yaml')).toBe(before)
    expect(read('monitoring/compose.yaml')).toContain('name: shop-monitoring')
  })

  it('--dry-run writes nothing', async () => {
    const before = snapshot()
    expect((await vigie('--dry-run', 'init', '--yes')).code).toBe(0)
    expect(snapshot()).toEqual(before)
  })

  it.each([['detect'], ['list'], ['list', '--kinds'], ['check']])(
    '%s --json is JSON and nothing else',
    async (...argv) => {
      await initialised()
      const { out } = await vigie('--json', ...argv)
      expect(typeof JSON.parse(out)).toBe('object')
    },
  )

  it.each([
    [['restore', 'monitoring/vigie.mk'], 'vigie.mk'],
    [['eject', '--yes'], 'vigie.yaml'],
  ])('%j --json says what it did', async (argv, named) => {
    await initialised()
    rmSync(file('monitoring/vigie.mk'))
    const { code, out } = await vigie('--json', ...argv)
    const { files }: { files: { path: string }[] } = JSON.parse(out)
    expect([code, files.map(one => one.path)]).toEqual([0, expect.arrayContaining([named])])
  })

  it('--dry-run tells nobody to be silent', async () => {
    await initialised()
    const { code, err } = await vigie('-n', 'alerts', 'silence', 'db', '2h', 'why')
    expect([code, err]).toEqual([0, 'Dry run: every alert of db would be silent; nothing was changed.\n'])
  })

  it('list says what lean saves, and what full costs', async () => {
    await initialised()
    const numbers = /keeps? about (\d+) of (\d+) samples/
    const [, kept, all] = numbers.exec((await vigie('list')).err) ?? []
    expect(Number(kept)).toBeGreaterThan(100)
    expect(Number(kept)).toBeLessThan(Number(all) / 2)
    edit('vigie.yaml', text => text.replace('metrics: lean', 'metrics: full'))
    expect((await vigie('list')).err).toContain(`full keeps all; lean would keep about ${kept} of ${all}`)
  })

  it('leaves the Docker socket alone when told to, and has no panel that needs it', async () => {
    const { code, err } = await vigie('init', '--yes', '--alerts', 'none', '--no-cadvisor')
    expect(code, err).toBe(0)
    const file = (path: string): string => readFileSync(join(root, path), 'utf8')
    expect(file('vigie.yaml')).toContain('cadvisor: { enabled: false }')
    expect(file('monitoring/compose.yaml')).not.toMatch(/cadvisor|\/var\/run|docker\.sock/)
    expect(file('monitoring/prometheus/prometheus.yml')).not.toContain('cadvisor')
    const { panels } = JSON.parse(file('monitoring/grafana/dashboards/vigie/overview.json'))
    expect(panels.length).toBeGreaterThan(5)
    expect(JSON.stringify(panels)).not.toMatch(/container_|cadvisor/)
    expect((await vigie('check')).code).toBe(0)
  })

  it('reports what nobody foresaw as a bug, with the versions and nothing of the repo', async () => {
    await initialised()
    let err = ''
    const broken = {
      out: () => {
        throw new RangeError('no such thing')
      },
      err: (text: string) => {
        err += text
      },
      interactive: false,
      cwd: root,
      env: {},
    }
    expect(await main(['list'], broken)).toBe(2)
    expect(err).toMatch(/^This is a bug in vigie\.\n {2}no such thing\n {2}vigie \d.*, node v\d/)
    expect(err).not.toContain(root)
    err = ''
    expect(await main(['list', '-v'], broken)).toBe(2)
    expect(err).toContain('RangeError: no such thing')
  })

  it('refuses an unknown command with 2', async () => {
    const { code, err } = await vigie('frobnicate')
    expect(code).toBe(2)
    expect(err).toMatch(/frobnicate|unknown|too many/i)
  })

  it.each([
    ['list', 'surplus'],
    ['check', '--bogus'],
    ['remove'],
    ['generate', '--on-conflict', 'me'],
    ['-C', 'compose.yaml', 'list'],
  ])('refuses %s %s with 2 and a hint', async (...argv) => {
    const { code, err } = await vigie(...argv)
    expect(code).toBe(2)
    expect(err).toMatch(/\n {2}hint: /)
  })

  it.each([
    [['init', '--yes', '--alerts', ''], /^--alerts names nobody/],
    [['init', '--yes', '--service', 'a\nb=postgres@db'], /^"services.a\\nb" must be letters/],
  ])('init refuses %j, and points at no file that is not there yet', async (argv, said) => {
    const before = snapshot()
    const { code, err } = await vigie('-q', ...argv)
    expect(code).toBe(2)
    expect(err).toMatch(said)
    expect(snapshot()).toEqual(before)
  })

  it.each([
    [['add', 'grafana'], /^grafana is part of every stack/],
    [['add', 'blackbox'], /^blackbox looks at what `probes:` lists/],
    [['add', 'postgres', '../db', '--address', 'db'], /^"services.\.\.\/db" must be letters/],
  ])('%j is refused before anything else is said of it', async (argv, said) => {
    await initialised()
    const before = snapshot()
    const { code, err } = await vigie('-q', ...argv)
    expect(code).toBe(2)
    expect(err).toMatch(said)
    expect(snapshot()).toEqual(before)
  })

  it('points at the line of vigie.yaml that names a Compose file which is not there', async () => {
    await initialised()
    edit('vigie.yaml', text => text.replace('compose: compose.yaml', 'compose: docker/app.yaml'))
    const { code, err } = await vigie('generate')
    expect(code).toBe(2)
    expect(err).toMatch(/^vigie\.yaml:\d+:10 {2}There is no docker\/app\.yaml here\.\n {2}hint: /)
  })

  it('asks nothing where nobody can answer: 2, with the flags', async () => {
    const before = snapshot()
    const { code, err } = await vigie('init')
    expect(code).toBe(2)
    expect(err).toMatch(/hint: .*--yes/)
    expect(snapshot()).toEqual(before)
  })

  it('names the place in a Compose file that does not parse', async () => {
    edit('compose.yaml', text => text.replace('  db:\n', '  db: [\n'))
    const before = snapshot()
    const { code, err } = await vigie('init', '--yes')
    expect(code).toBe(2)
    expect(err).toMatch(/compose\.yaml:\d+:\d+ /)
    expect(err).not.toContain('bug in vigie')
    expect(snapshot()).toEqual(before)
  })

  it('never overwrites a file that is not its own', async () => {
    mkdirSync(file('monitoring'))
    writeFileSync(file('monitoring/compose.yaml'), 'services:\n  mine: { image: busybox }\n')
    const before = snapshot()
    const { code, err } = await vigie('init', '--yes')
    expect(code).toBe(1)
    expect(err).toContain('compose.yaml')
    expect(err).toContain('Nothing was written')
    expect(snapshot()).toEqual(before)
  })
})
