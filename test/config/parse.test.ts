import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { formatPlace, UserError } from '../../src/core/errors.ts'
import { configOf, kinds, renderConfig, SHOP_SERVICES } from '../render/stacks.ts'
import { needs, tool } from '../tools.ts'

const HEAD = 'version: 1\nproject: shop\n'
const service = (line: string): string => `${HEAD}services:\n  ${line}\n`
const named = (name: string): string =>
  service(`${JSON.stringify(name)}: { kind: redis, address: "cache:6379" }`)

/** Name, text, place, message, hint. */
const BAD: [string, string, string, RegExp, RegExp?][] = [
  [
    'a kind with a typo',
    service('db: { kind: postgers, address: "db:5432" }'),
    '4:15',
    /Unknown kind "postgers" — did you mean "postgres"\?$/,
    /vigie list --kinds/,
  ],
  [
    'a kind like nothing',
    service('db: { kind: qqqqqqqqq, address: "db:5432" }'),
    '4:15',
    /Unknown kind "qqqqqqqqq"\.$/,
    /vigie list --kinds/,
  ],
  [
    'a part of the stack as a service',
    service('g: { kind: grafana, address: "g:3000" }'),
    '4:14',
    /grafana is part of every stack/,
  ],
  [
    'a key twice',
    service('db: { kind: redis, address: "a:1" }\n  db: { kind: redis, address: "b:1" }'),
    '5:3',
    /This key stands here twice/,
  ],
  [
    'names that differ in case',
    service('db: { kind: http, address: "a:1" }\n  DB: { kind: http, address: "b:1" }'),
    '5:3',
    /"db" and "DB" differ only in case/,
  ],
  [
    'the name of a stack part',
    service('prometheus: { kind: http, address: "a:1" }'),
    '4:3',
    /"prometheus" is taken by a part of the stack/,
    /another name/,
  ],
  [
    'the name of another exporter',
    service('db: { kind: redis, address: "db:1" }\n  db-exporter: { kind: http, address: "a:1" }'),
    '5:3',
    /"db-exporter" is taken by service "db"/,
    /another name/,
  ],
  [
    'a password file for an exporter that reads none',
    service('mq: { kind: mosquitto, address: "mq:1883", credentials: { password: "file:mq" } }'),
    '4:71',
    /exporter of Eclipse Mosquitto reads no password from a file/,
    /env:NAME/,
  ],
  ['port 0', service('db: { kind: redis, address: "db:0" }'), '4:31', /not between 1 and 65535/],
  ['port 65536', service('db: { kind: redis, address: "db:65536" }'), '4:31', /not between 1 and 65535/],
  ['a port that is a word', service('db: { kind: redis, address: "db:http" }'), '4:31', /must be host:port/],
  [
    'a published port of 70000',
    `${HEAD}stack: { grafana: { port: 70000 } }\n`,
    '3:27',
    /between 1 and 65535/,
  ],
  ['a published port as text', `${HEAD}stack: { grafana: { port: "3000" } }\n`, '3:27', /must be a number/],
  ['a published port twice', `${HEAD}stack: { grafana: { port: 9090 } }\n`, '', /Port 9090 is given to both/],
  ['an open flow map', `${HEAD}services: { db: { kind: redis\n`, '', /not valid YAML/],
  ['bad indentation', `${HEAD}services:\n   db:\n  cache:\n`, '', /not valid YAML/],
  [
    'an unknown key below',
    `${HEAD}stack: { cadvisor: { url: "http://x" } }\n`,
    '3:27',
    /Unknown key "url"\.$/,
    /known here: enabled, port, memory/,
  ],
  [
    'a mistyped key',
    `${HEAD}alerts: { deadManSwitch: { urlfile: x } }\n`,
    '3:37',
    /Unknown key "urlfile" — did you mean "urlFile"\?/,
  ],
  ['an unknown key of 500 characters', `${HEAD}${'k'.repeat(500)}: 1\n`, '3:503', /^.{0,120}$/],
  [
    'a list where one word belongs',
    `${HEAD}metrics: all\n`,
    '3:10',
    /must be "lean" or "full", not "all"\.$/,
  ],
  [
    'nothing where services belong',
    `${HEAD}services:\n`,
    '3:10',
    /must be a list of keys and values, not empty\.$/,
  ],
  ['a word where a list belongs', `${HEAD}ignore: db\n`, '3:9', /must be a list, not "db"\.$/],
  [
    'no replica',
    service('a: { kind: express, address: "a:1", replicas: 0 }'),
    '4:49',
    /must be at least 1, not 0\.$/,
  ],
  [
    'an address that is none',
    `${HEAD}stack: { nodeExporter: { listen: "999.1.1.1:99999" } }\n`,
    '3:34',
    /bridge gateway and a port/,
  ],
  [
    'a name that JavaScript knows',
    service('__proto__: { kind: redis, address: "a:1" }'),
    '4:3',
    /cannot be a name/,
  ],
  ['two documents', `${HEAD}---\nx: 1\n`, '3:1', /A second document begins here/],
  ['an alias of nothing', `${HEAD}services: *nope\n`, '3:11', /aliases .* cannot be followed/],
  [
    'aliases that explode',
    `a: &a [${'x,'.repeat(9)}]\nb: &b [${'*a,'.repeat(9)}]\nc: &c [${'*b,'.repeat(9)}]\nd: [${'*c,'.repeat(9)}]\n`,
    '2:8',
    /aliases .* cannot be followed/,
  ],
  ['a list', '- a\n- b\n', '1', /list of keys and values/],
  ['nothing', '', '1', /list of keys and values/],
  ['a quote in a name', named('d"b'), '4:', /must be letters, digits/],
  ['a single quote in a name', named("d'b"), '4:', /must be letters, digits/],
  ['.. as a name', named('..'), '4:', /must be letters, digits/],
  ['../ in a name', named('a/../../etc'), '4:', /must be letters, digits/],
  ['{{ in a name', named('{{ .Env }}'), '4:', /must be letters, digits/],
  ['300 characters in a name', named('a'.repeat(300)), '4:', /at most 63 characters/],
  [
    'a password',
    service('db: { kind: postgres, address: "db:5432", credentials: { password: hunter2 } }'),
    '4:70',
    /never the password/,
  ],
  [
    'an open node_exporter',
    `${HEAD}stack: { nodeExporter: { listen: "0.0.0.0:9100" } }\n`,
    '3:34',
    /must not be 0\.0\.0\.0/,
  ],
  ['an unknown key', `${HEAD}metric: full\n`, '3:', /Unknown key "metric" — did you mean "metrics"\?/],
  [
    'an unknown setting',
    service('db: { kind: postgres, address: "db:5432", sslmod: x }'),
    '4:',
    /no key "sslmod" — did you mean "sslmode"\?/,
  ],
  [
    'an unknown receiver',
    `${HEAD}alerts: { receivers: [{ slak: {} }] }\n`,
    '3:',
    /Unknown receiver "slak" — did you mean "slack"\?/,
    /Receivers: /,
  ],
  ['a missing version', 'project: shop\n', '', /"version" is missing/],
  ['an output above the repo', `${HEAD}output: ../x\n`, '3:9', /folder inside the repo/],
]

describe('a bad vigie.yaml', () => {
  it.each(BAD)('%s', (_name, text, place, message, hint) => {
    const error = refusal(text)
    expect(error.message).toMatch(message)
    expect(error.message).not.toContain('\n')
    expect(error.message.length).toBeLessThan(500)
    expect(formatPlace(error.at ?? { file: '' })).toMatch(/^vigie\.yaml:\d+:\d+$/)
    if (place !== '')
      expect(formatPlace(error.at ?? { file: '' })).toMatch(new RegExp(`^vigie\\.yaml:${place}`))
    if (hint) expect(error.hint).toMatch(hint)
    expect(error.exitCode).toBe(2)
  })

  // Known defect: the name is repeated as it is, so the sentence breaks into two lines. Drop `.fails` once it is quoted.
  it('with a newline in a name is refused in one line', () => {
    expect(refusal(named('d\nb')).message).not.toContain('\n')
  })

  it('never repeats a password that was written into it', () => {
    const error = refusal(
      service('db: { kind: postgres, address: "db:5432", credentials: { password: hunter2 } }'),
    )
    expect(`${error.message}${error.hint}`).not.toContain('hunter2')
  })
})

function refusal(text: string): UserError {
  try {
    renderConfig(text)
  } catch (error) {
    expect(error).toBeInstanceOf(UserError)
    if (error instanceof UserError) return error
  }
  throw new Error('it was accepted')
}

const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31)
const name = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,20}$/)
const host = fc.stringMatching(/^[a-z0-9]([a-z0-9_.-]{0,10}[a-z0-9])?$/)
const HOSTILE = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '"',
    "'",
    '\\',
    '{{',
    '{{yaml x}}',
    '${HOME}',
    '$$',
    '$(id)',
    'a: b',
    '- x',
    '#x',
    '!!js',
    '&a',
    '*a',
    '|',
    '>',
    '%',
    '@',
    '`',
    'yes',
    'null',
    '~',
    '0x1f',
    '1e3',
    '1:30',
    '2026-01-01',
    '...',
    '---',
    '}',
    ']',
    ': ',
    '"\n  evil: true',
    ' leading',
    'trailing ',
    '\u2028',
    '\u0085',
    '\ufeff',
    '"}, evil: { a: "',
  ),
)
/** Hostile now and then: one refused text is enough for a whole config to be refused. */
const mostly = <T, U>(plain: fc.Arbitrary<T>, hostile: fc.Arbitrary<U>): fc.Arbitrary<T | U> =>
  fc.oneof({ weight: 9, arbitrary: plain }, { weight: 1, arbitrary: hostile })
const anyService = fc.record(
  {
    kind: fc.constantFrom(...kinds),
    address: fc.tuple(host, fc.integer({ min: 1, max: 65535 })).map(([h, p]) => `${h}:${p}`),
    metricsPath: mostly(
      fc.constant('/metrics'),
      HOSTILE.map(text => `/${text}`),
    ),
    networks: fc.uniqueArray(name, { maxLength: 3 }),
    replicas: mostly(fc.constant(1), fc.integer({ min: 2, max: 4 })),
    container: fc.oneof(fc.constant(false), name),
    credentials: fc.record(
      {
        user: mostly(name, HOSTILE),
        database: mostly(name, HOSTILE),
        password: fc
          .tuple(
            mostly(fc.constant('file'), fc.constantFrom('secret', 'env')),
            fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,10}$/),
          )
          .map(([a, b]) => `${a}:${b}`),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['kind', 'address'] },
)
const anyConfig = fc.record(
  {
    services: fc.dictionary(name, anyService, { maxKeys: 6 }),
    attach: fc.constantFrom('include', 'external', 'host'),
    metrics: fc.constantFrom('lean', 'full'),
    output: fc.constantFrom('monitoring', 'ops/watch'),
    runbooks: fc.webUrl(),
    alerts: fc.record({
      receivers: fc.array(
        fc.oneof(
          HOSTILE.map(channel => ({ slack: { channel } })),
          HOSTILE.map(to => ({ email: { to, from: 'a@example.com', smarthost: 'mail:25' } })),
        ),
        { maxLength: 2 },
      ),
    }),
  },
  { requiredKeys: ['services'] },
)

/** The tree, or undefined where vigie refuses the config in a sentence; any other error is a bug and fails the test. */
function accepted(data: Record<string, unknown>): Map<string, string> | undefined {
  try {
    return renderConfig(configOf(data))
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

function yamlFaults(tree: ReadonlyMap<string, string>): string[] {
  return [...tree]
    .filter(([path]) => /\.ya?ml$/.test(path))
    .flatMap(([path, text]) =>
      parseAllDocuments(text).flatMap(document => document.errors.map(error => `${path}: ${error.message}`)),
    )
}

describe(`any config (FC_SEED=${SEED})`, () => {
  it('that is accepted renders to YAML that parses', () => {
    let count = 0
    fc.assert(
      fc.property(anyConfig, data => {
        const tree = accepted(data)
        if (tree === undefined) return
        count++
        expect(tree.size).toBeGreaterThan(20)
        expect(yamlFaults(tree)).toEqual([])
      }),
      { seed: SEED, numRuns: 80 },
    )
    expect(count, 'too few configs were accepted to say anything').toBeGreaterThan(20)
  })

  it.each([
    [
      'user',
      (text: string) => shop({ db: { credentials: { user: text, password: 'secret:p', database: 'd' } } }),
    ],
    [
      'database',
      (text: string) => shop({ db: { credentials: { user: 'u', password: 'secret:p', database: text } } }),
    ],
    ['metricsPath', (text: string) => shop({ worker: { metricsPath: `/${text}` } })],
    ['sslmode', (text: string) => shop({ db: { sslmode: text } })],
    ['a Slack channel', (text: string) => shop({}, [{ slack: { channel: text } }])],
    [
      'an e-mail address',
      (text: string) => shop({}, [{ email: { to: text, from: text, smarthost: 'mail:25', user: text } }]),
    ],
  ])('keeps its structure whatever %s says', (_name, build) => {
    const benign = accepted(build('benign'))
    if (benign === undefined) throw new Error('the benign config was refused')
    const wanted = structure(benign)
    let count = 0
    fc.assert(
      fc.property(HOSTILE, text => {
        const tree = accepted(build(text))
        if (tree === undefined) return
        count++
        expect(structure(tree)).toEqual(wanted)
      }),
      { seed: SEED, numRuns: 40 },
    )
    expect(count, 'every hostile string was refused').toBeGreaterThan(5)
  })
})

function shop(change: Record<string, object>, receivers: unknown[] = []): Record<string, unknown> {
  const services = Object.fromEntries(
    Object.entries(SHOP_SERVICES).map(([key, value]) => [key, { ...value, ...change[key] }]),
  )
  return { services, alerts: { receivers } }
}

/** Paths of every file, and of every key in the files that take values from vigie.yaml. */
function structure(tree: ReadonlyMap<string, string>): Record<string, string[]> {
  return Object.fromEntries(
    [...tree]
      .filter(([path]) => !path.includes('/dashboards/'))
      .map(([path, text]) => [
        path,
        /^(compose|prometheus\/scrape|alertmanager).*\.ya?ml$/.test(path) ? keys(parse(text)) : [],
      ]),
  )
}

function keys(node: unknown, at = ''): string[] {
  if (typeof node !== 'object' || node === null) return [`${at}=${node === null ? 'null' : 'scalar'}`]
  return Object.entries(node).flatMap(([key, value]) => keys(value, `${at}/${key}`))
}

/** Known defect: a stack of its own cannot see the app's Compose secrets, and `secret:` is accepted all the same. */
const ALONE = {
  ...SHOP_SERVICES,
  db: { ...SHOP_SERVICES.db, credentials: { user: 'shop', password: 'file:db_password' } },
}

const TOOLS = ['promtool', 'amtool', 'docker']
describe.skipIf(TOOLS.some(name => tool(name) === undefined))(needs('the tools of others', ...TOOLS), () => {
  const samples: [string, Record<string, unknown>][] = [
    ['nothing watched', { services: {} }],
    ['one of everything', { services: SHOP_SERVICES }],
    ['full metrics, on the host', { services: ALONE, attach: 'host', metrics: 'full' }],
    ['on external networks', { services: ALONE, attach: 'external' }],
    [
      'receivers and a heartbeat',
      {
        services: SHOP_SERVICES,
        alerts: {
          receivers: [
            { slack: { channel: '#o"p{{s' } },
            { email: { to: 'a@example.com', from: 'b@example.com', smarthost: 'mail:25', user: 'u' } },
          ],
          deadManSwitch: { urlFile: 'heartbeat' },
        },
      },
    ],
  ]
  it.each(samples)('accept the tree: %s', (_name, data) => {
    const folder = mkdtempSync(join(tmpdir(), 'vigie-tree-'))
    try {
      const out = join(folder, 'monitoring')
      for (const [path, text] of renderConfig(configOf(data))) {
        mkdirSync(dirname(join(out, path)), { recursive: true })
        writeFileSync(join(out, path), text)
      }
      const env = { ...process.env, DB_PASSWORD: 'x', CACHE_PASSWORD: 'x' }
      const ok = (name: string, ...args: string[]): void => {
        const ran = spawnSync(tool(name) ?? name, args, { cwd: folder, encoding: 'utf8', env })
        expect(ran.status, `${name} ${args.join(' ')}\n${ran.stdout}${ran.stderr}`).toBe(0)
      }
      ok('promtool', 'check', 'config', 'monitoring/prometheus/prometheus.yml')
      ok('amtool', 'check-config', 'monitoring/alertmanager/alertmanager.yml')
      const app = data.attach === undefined ? 'app.yaml' : undefined
      if (app) {
        writeFileSync(
          join(folder, app),
          'name: shop\ninclude:\n  - path: [monitoring/compose.yaml, monitoring/compose.override.yaml]\nservices:\n  web: { image: nginx }\nnetworks: { frontend: {}, backend: {} }\nsecrets: { db_password: { environment: DB_PASSWORD } }\n',
        )
        ok('docker', 'compose', '-f', app, 'config', '-q')
      } else {
        ok(
          'docker',
          'compose',
          '-f',
          'monitoring/compose.yaml',
          '-f',
          'monitoring/compose.override.yaml',
          'config',
          '-q',
        )
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
