import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deliver } from '../../src/commands/alerts/deliver.ts'
import { nextStep } from '../../src/core/alerts/failure.ts'
import { configOf, renderConfig } from '../render/stacks.ts'
import { tool } from '../tools.ts'
import { alertmanagerBinary, type RunningAlertmanager, startAlertmanager, until } from './alertmanager.ts'
import { type Channels, channels, type Mood } from './channels.ts'
import { mailServer } from './mail.ts'

const absent = [alertmanagerBinary() ? '' : 'alertmanager', tool('openssl') ? '' : 'openssl'].filter(Boolean)
const title = `delivery through a real Alertmanager${absent.length > 0 ? ` (skipped: ${absent.join(' and ')} not found)` : ''}`
const PASSWORD = 'c0rrect horse'

describe.skipIf(absent.length > 0)(title, () => {
  let folder = ''
  let services: Channels
  let mail: Awaited<ReturnType<typeof mailServer>>
  let alertmanager: RunningAlertmanager

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vigie-delivery-'))
    services = await channels()
    mail = await mailServer(folder, 'vigie', PASSWORD)
    const at = `http://127.0.0.1:${services.port}`
    const email = {
      to: 'ops@example.com',
      from: 'vigie@example.com',
      smarthost: `localhost:${mail.port}`,
      user: 'vigie',
      caFile: mail.ca,
    }
    const tree = renderConfig(
      configOf({
        alerts: {
          receivers: [
            { slack: { channel: '#ops', severities: ['warning'] } },
            { discord: {} },
            { msteams: {} },
            { telegram: { chat: -1001, apiUrl: at } },
            { pagerduty: { apiUrl: `${at}/pagerduty`, severities: ['critical'] } },
            { webhook: {} },
            { ntfy: {} },
            { gotify: {} },
            { mattermost: {} },
            { email },
            { email: { ...email, name: 'wrong-mail', passwordFile: 'wrong_password', severities: ['info'] } },
          ],
        },
      }),
    )
    alertmanager = await startAlertmanager(tree, {
      slack_url: `${at}/slack/T/B/s3cr3t`,
      discord_url: `${at}/discord/s3cr3t`,
      msteams_url: `${at}/msteams/s3cr3t`,
      telegram_token: '123:s3cr3t',
      pagerduty_key: 's3cr3tkey',
      webhook_url: `${at}/webhook`,
      ntfy_url: `${at}/ntfy?tpl=1&t=%7B%7B.title%7D%7D&m=%7B%7B.message%7D%7D`,
      gotify_url: `${at}/gotify/message?token=s3cr3t`,
      mattermost_url: `${at}/mattermost`,
      smtp_password: PASSWORD,
      wrong_password: 'not it',
    })
  })
  afterAll(async () => {
    await alertmanager?.stop()
    await mail?.close()
    await services?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  let count = 0
  /** A test of one receiver, or of a whole severity. */
  async function test(labels: Record<string, string>, seconds = 20, grace = 2) {
    const id = `vigie-test-${count++}`
    const outcomes = await deliver(
      alertmanager.api,
      {
        id,
        labels: { alertname: 'VigieTest', job: id, severity: 'critical', ...labels },
        annotations: {
          summary: 'This is a test: nothing is wrong.',
          description: 'key: "value" & <more>, {x}',
          runbook_url: 'https://example.com/runbook#test',
          dashboard_url: 'http://localhost:3000/d/vigie-app',
        },
      },
      async () => alertmanager.log(),
      { seconds, grace },
    )
    return { id, outcomes }
  }
  const about = (channel: string, id: string) =>
    services.taken.filter(one => one.channel === channel && one.body.includes(id))
  const said = (outcomes: readonly { receiver: string; verdict: string }[]) =>
    Object.fromEntries(outcomes.map(one => [one.receiver, one.verdict]))

  /** Where each service finds title and text, so that what people read is looked at and not the whole body. */
  const READS: Readonly<Record<string, (body: string) => readonly [unknown, unknown]>> = {
    slack: body => [JSON.parse(body).attachments[0].title, JSON.parse(body).attachments[0].text],
    discord: body => [JSON.parse(body).embeds[0].title, JSON.parse(body).embeds[0].description],
    msteams: body => {
      const [head, text] = JSON.parse(body).attachments[0].content.body
      return [head.text, text.text]
    },
    telegram: body => {
      const [head, ...rest] = String(new URLSearchParams(body).get('text') ?? JSON.parse(body).text).split(
        '\n\n',
      )
      return [head, rest.join('\n\n')]
    },
    pagerduty: body => [JSON.parse(body).payload.summary, JSON.parse(body).payload.custom_details.text],
    ntfy: body => [JSON.parse(body).title, JSON.parse(body).message],
    gotify: body => [JSON.parse(body).title, JSON.parse(body).message],
    mattermost: body => [JSON.parse(body).attachments[0].title, JSON.parse(body).attachments[0].text],
  }

  it.each(Object.keys(READS))('%s takes the message, once, and it can be read', async channel => {
    const { id, outcomes } = await test({ receiver: channel, service: `api-${count}` })
    expect(said(outcomes)).toEqual({ [channel]: 'accepted' })
    const [message, ...more] = services.taken.filter(
      one => one.channel === channel && one.body.includes(`api-${count - 1}`),
    )
    expect(more, id).toEqual([])
    const [head, text] = READS[channel]?.(message?.body ?? '') ?? []
    expect(head).toBe(`[critical] VigieTest: api-${count - 1}`)
    expect(text).toContain('This is a test: nothing is wrong.')
    expect(text).toContain('key: "value" & <more>, {x}')
    expect(text).toMatch(/Since 20\d\d-\d\d-\d\d \d\d:\d\d UTC/)
    expect(text).toContain('https://example.com/runbook#test')
    expect(text).toContain('http://localhost:3000/d/vigie-app')
    expect(text).toContain('http://localhost:9093/#/silences/new?filter=')
  })

  it('sends a severity to the receivers that want it, and to no other', async () => {
    const { id, outcomes } = await test({ severity: 'critical' })
    expect(said(outcomes)).toEqual(
      Object.fromEntries(
        [
          'discord',
          'msteams',
          'telegram',
          'pagerduty',
          'webhook',
          'ntfy',
          'gotify',
          'mattermost',
          'email',
        ].map(name => [name, 'accepted']),
      ),
    )
    expect(about('webhook', id)).toHaveLength(1)
    expect(services.seen.filter(one => one.channel === 'slack' && one.body.includes(id))).toEqual([])
  })

  it('is resolved after the test, and the receiver hears of it', async () => {
    const { id } = await test({ receiver: 'webhook' })
    const status = await until(() =>
      about('webhook', id)
        .map(one => JSON.parse(one.body).status)
        .find(one => one === 'resolved'),
    )
    expect(status).toBe('resolved')
  })

  const REFUSALS: [string, Mood, RegExp, RegExp][] = [
    ['slack', 400, /400.*invalid_payload/, /does not understand the message/],
    ['slack', 401, /403.*invalid_token/, /does not accept the secret/],
    ['slack', 429, /429/, /fewer messages/],
    ['slack', 500, /500/, /trouble of its own/],
    ['discord', 400, /400.*empty message/, /does not understand the message/],
    ['discord', 401, /401/, /does not accept the secret/],
    ['discord', 500, /500/, /trouble of its own/],
    ['msteams', 401, /401/, /does not accept the secret/],
    ['msteams', 400, /400/, /does not understand the message/],
    ['telegram', 401, /Unauthorized/, /does not accept the secret/],
    ['telegram', 400, /chat not found/, /channel or the webhook is gone/],
    ['pagerduty', 400, /400.*Invalid routing key/, /does not accept the secret/],
    ['pagerduty', 500, /500/, /trouble of its own/],
    ['webhook', 'hang', /timeout|deadline|no answer/, /does not answer/],
  ]
  it.each(REFUSALS)('says that %s answers %s, why, and what to do', async (channel, mood, why, next) => {
    services.moods(channel, mood)
    try {
      const { outcomes } = await test({ receiver: channel }, mood === 'hang' ? 3 : 20, 1)
      const [outcome] = outcomes
      expect(outcome?.verdict).toBe(mood === 'hang' ? 'no answer' : 'refused')
      expect(outcome?.why).toMatch(why)
      expect(outcome?.why).not.toContain('s3cr3t')
      expect(nextStep(outcome?.why ?? '', ['monitoring/secrets/x'])).toMatch(next)
    } finally {
      services.moods(channel, 'ok')
    }
  })

  it.each([
    ['slack', 500],
    ['webhook', 500],
  ] as const)('waits while %s, which answered %s, is tried again', async (channel, mood) => {
    services.moods(channel, mood, 'ok')
    const { outcomes } = await test({ receiver: channel }, 20, 10)
    expect(said(outcomes)).toEqual({ [channel]: 'accepted' })
  })

  it('sends mail with STARTTLS and a login', async () => {
    const { id, outcomes } = await test({ receiver: 'email' })
    expect(said(outcomes)).toEqual({ email: 'accepted' })
    const [got, ...more] = mail.received.filter(one => one.text.includes(id))
    expect(more).toEqual([])
    expect(got).toMatchObject({
      from: 'vigie@example.com',
      to: ['ops@example.com'],
      secure: true,
      user: 'vigie',
    })
    expect(got?.text).toContain('Subject: [critical] VigieTest')
    expect(got?.text.replace(/=\r?\n/g, '')).toContain('This is a test: nothing is wrong.')
  })

  it('says that the mail server refuses the password', async () => {
    const [outcome] = (await test({ receiver: 'wrong-mail' })).outcomes
    expect(outcome?.verdict).toBe('refused')
    expect(outcome?.why).toMatch(/535/)
    expect(nextStep(outcome?.why ?? '', ['monitoring/secrets/wrong_password'])).toMatch(
      /refuses the login.*wrong_password/,
    )
  })

  it('says that the secret is missing, and that it is empty', async () => {
    const file = join(alertmanager.folder, 'secrets/vigie_discord_url')
    writeFileSync(file, '')
    const [empty] = (await test({ receiver: 'discord' })).outcomes
    rmSync(file)
    const [gone] = (await test({ receiver: 'discord' })).outcomes
    expect([empty?.verdict, gone?.verdict]).toEqual(['refused', 'refused'])
    expect(nextStep(gone?.why ?? '', ['monitoring/secrets/discord_url'])).toMatch(
      /not in Alertmanager's container/,
    )
    expect(nextStep(empty?.why ?? '', ['monitoring/secrets/discord_url'])).toMatch(/empty or holds no URL/)
  })

  it('says that nobody hears of it', async () => {
    await expect(test({ severity: 'none' })).rejects.toThrow(/Nobody hears of severity none/)
  })
})
