import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { delivering, secretFileText, secretRefusal } from '../../src/core/alerts/receiver-type.ts'
import { loadReceiverTypes } from '../../src/io/templates.ts'
import { configOf, renderConfig, SHOP_SERVICES } from '../render/stacks.ts'
import { runVigie, type Said } from '../run-vigie.ts'
import { needs, tool } from '../tools.ts'

const types = delivering(loadReceiverTypes())

/** The settings that a type demands, as somebody would fill them in. */
const DEMANDED: Readonly<Record<string, Record<string, unknown>>> = {
  email: {
    to: 'ops@example.com',
    from: 'vigie@example.com',
    smarthost: 'mail.example.com:587',
    user: 'vigie',
  },
  telegram: { chat: -1001 },
  rocketchat: { apiUrl: 'https://chat.example.com/', channel: '#ops' },
  webex: { room: 'Y2lzY29' },
  jira: { apiUrl: 'https://example.atlassian.net/rest/api/3/', user: 'ada@example.com', project: 'OPS' },
  sns: { region: 'eu-west-1', topic: 'arn:aws:sns:eu-west-1:123456789012:ops' },
  victorops: { routingKey: 'ops' },
  incidentio: { url: 'https://api.incident.io/v2/alert_events/alertmanager/01ABC' },
}
const all = types.map(([name]) => ({ [name]: DEMANDED[name] ?? {} }))
const config = (alerts: object, services: object = SHOP_SERVICES): string => configOf({ services, alerts })
const receiversOf = (tree: ReadonlyMap<string, string>): Record<string, unknown>[] =>
  parse(tree.get('alertmanager/alertmanager.yml') ?? '').receivers

describe('every receiver', () => {
  it.skipIf(!tool('amtool'))(
    needs('is accepted by Alertmanager, alone and with all others', 'amtool'),
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'vigie-receivers-'))
      try {
        for (const receivers of [...all.map(one => [one]), all]) {
          const file = join(folder, 'alertmanager.yml')
          writeFileSync(file, renderConfig(config({ receivers })).get('alertmanager/alertmanager.yml') ?? '')
          const ran = spawnSync(tool('amtool') ?? '', ['check-config', file], { encoding: 'utf8' })
          expect(ran.status, `${Object.keys(receivers[0] ?? {})}: ${ran.stdout}${ran.stderr}`).toBe(0)
        }
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    },
  )

  it.each(types)('%s takes its secrets from files that Compose mounts', (name, type) => {
    const tree = renderConfig(config({ receivers: [{ [name]: DEMANDED[name] ?? {} }] }))
    const compose = parse(tree.get('compose.yaml') ?? '')
    const rendered =
      JSON.stringify(receiversOf(tree)) + JSON.stringify(compose.services.alertmanager.environment)
    expect(Object.keys(type.secrets).length).toBeGreaterThan(0)
    for (const { default: file } of Object.values(type.secrets)) {
      expect(compose.services.alertmanager.secrets).toContain(`vigie_${file}`)
      expect(compose.secrets[`vigie_${file}`].file).toBe(`./secrets/${file}`)
      expect(rendered).toContain(`/run/secrets/vigie_${file}"`)
    }
  })

  it('is documented', () => {
    const docs = readFileSync(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8')
    for (const [name, type] of types) {
      expect(docs).toMatch(new RegExp(`^\\| \`${name}\` \\|`, 'm'))
      for (const { env, default: file } of Object.values(type.secrets)) {
        expect(docs).toContain(`\`${env}\``)
        expect(docs).toContain(`\`secrets/${file}\``)
      }
    }
  })
})

describe('a secret', () => {
  const spec = (type: string, key: string) => {
    const found = types.find(([name]) => name === type)?.[1].secrets[key]
    if (!found) throw new Error(`no secret ${type}.${key}`)
    return found
  }

  it.each([
    ['msteams', 'urlFile', 'https://acme.webhook.office.com/webhookb2/1/IncomingWebhook/2/3', /retired/],
    ['slack', 'urlFile', 'xoxb-123', /does not look like: Slack/],
    ['telegram', 'tokenFile', 'my-token', /does not look like: Telegram/],
    ['gotify', 'urlFile', 'https://push.example.com', /message\?token=/],
    ['pagerduty', 'keyFile', 'two\nlines', /more than one line/],
  ])('of %s that cannot be right is refused without being repeated', (type, key, value, why) => {
    const refusal = secretRefusal(spec(type, key), value)
    expect(refusal).toMatch(why)
    expect(refusal).not.toContain(value)
  })

  it.each([
    [
      'ntfy',
      'urlFile',
      'https://ntfy.sh/t0pic',
      'https://ntfy.sh/t0pic?tpl=1&t=%7B%7B.title%7D%7D&m=%7B%7B.message%7D%7D',
    ],
    [
      'sns',
      'credentialsFile',
      'AKIAX:s3cr+t/=',
      '[default]\naws_access_key_id = AKIAX\naws_secret_access_key = s3cr+t/=\n',
    ],
    [
      'slack',
      'urlFile',
      'https://hooks.slack.com/services/T/B/$&',
      'https://hooks.slack.com/services/T/B/$&',
    ],
  ])('of %s is stored the way its reader wants it', (type, key, value, stored) => {
    expect(secretRefusal(spec(type, key), value)).toBeUndefined()
    expect(secretFileText(spec(type, key), value)).toBe(stored)
  })
})

describe('vigie init', () => {
  let root = ''
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'vigie-secret-'))
    writeFileSync(join(root, 'compose.yaml'), 'name: shop\nservices:\n  cache: { image: redis:7 }\n')
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  const SECRET = 'https://hooks.example.com/s3cr3t-in-a-url'
  const vigie = (env: Record<string, string>, ...argv: string[]): Promise<Said> => runVigie(root, argv, env)
  const files = (): string[] =>
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))

  it.each([
    ['a variable', () => ({ VIGIE_SLACK_URL: SECRET, VIGIE_HEARTBEAT_URL: `${SECRET}-beat` })],
    [
      'a file',
      () => {
        const file = join(root, '..', `${root.split('/').at(-1)}.url`)
        writeFileSync(file, `${SECRET}\n`)
        return { VIGIE_SLACK_URL_FILE: file }
      },
    ],
  ])('takes secrets from %s and writes them nowhere but into their own file', async (_from, env) => {
    const first = await vigie(env(), '--json', '-v', 'init', '--yes', '--alerts', 'slack')
    expect(first.code, first.all).toBe(0)
    const again = await vigie(env(), '-v', 'generate')
    const listed = await vigie(env(), '--json', 'list')
    expect(readFileSync(join(root, 'monitoring/secrets/slack_url'), 'utf8')).toBe(SECRET)
    const holding = files().filter(file => readFileSync(file, 'utf8').includes('s3cr3t'))
    expect(holding.every(file => dirname(file) === join(root, 'monitoring/secrets'))).toBe(true)
    expect(first.all + again.all + listed.all).not.toContain('s3cr3t')
  })

  it('refuses a retired Teams connector before anything is written, and does not repeat it', async () => {
    const url = 'https://acme.webhook.office.com/webhookb2/s3cr3t'
    const { code, all } = await vigie({ VIGIE_MSTEAMS_URL: url }, 'init', '--yes', '--alerts', 'msteams')
    expect(code).toBe(2)
    expect(all).toMatch(/retired the Office 365 connectors/)
    expect(all).not.toContain('s3cr3t')
    expect(existsSync(join(root, 'vigie.yaml'))).toBe(false)
  })

  it('says why a dead service is none', async () => {
    const { code, all } = await vigie({}, 'init', '--yes', '--alerts', 'hipchat')
    expect(code).toBe(2)
    expect(all).toMatch(/shut HipChat down/)
  })

  it('warns when nothing outside notices that the machine is dead', async () => {
    expect((await vigie({}, 'init', '--yes')).all).toMatch(/no dead man’s switch/)
    rmSync(join(root, 'vigie.yaml'))
    rmSync(join(root, 'monitoring'), { recursive: true })
    writeFileSync(join(root, 'compose.yaml'), 'name: shop\nservices:\n  cache: { image: redis:7 }\n')
    mkdirSync(root, { recursive: true })
    const { all } = await vigie({ VIGIE_HEARTBEAT_URL: SECRET }, 'init', '--yes')
    expect(all).not.toMatch(/dead man’s switch/)
    expect(readFileSync(join(root, 'vigie.yaml'), 'utf8')).toContain(
      'deadManSwitch: { urlFile: heartbeat_url }',
    )
  })
})
