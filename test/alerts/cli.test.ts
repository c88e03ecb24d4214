import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { renderConfig } from '../render/stacks.ts'
import { runVigie, type Said } from '../run-vigie.ts'
import { alertmanagerBinary, freePort, type RunningAlertmanager, startAlertmanager } from './alertmanager.ts'
import { type Channels, channels } from './channels.ts'

const absent = alertmanagerBinary() === undefined
describe.skipIf(absent)(`vigie alerts${absent ? ' (skipped: alertmanager not found)' : ''}`, () => {
  let root = ''
  let services: Channels
  let alertmanager: RunningAlertmanager

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'vigie-alerts-'))
    services = await channels()
    const port = await freePort()
    const config = `version: 1
project: shop
attach: host
stack: { alertmanager: { port: ${port} } }
services:
  cache: { kind: redis, address: "cache:6379" }
alerts:
  receivers:
    - webhook: { name: ops }
    - slack: { severities: [warning] }
    - webhook: { name: desk, severities: [info], when: office, urlFile: webhook_url }
  officeHours: ${new Date().getUTCHours() < 6 ? '{ from: "12:00", to: "13:00" }' : '{ from: "01:00", to: "02:00" }'}
`
    writeFileSync(join(root, 'vigie.yaml'), config)
    const at = `http://127.0.0.1:${services.port}`
    const env = { VIGIE_WEBHOOK_URL: `${at}/webhook`, VIGIE_SLACK_URL: `${at}/slack` }
    expect((await vigie(['generate', '--yes'], env)).code).toBe(0)
    alertmanager = await startAlertmanager(
      renderConfig(config),
      { webhook_url: env.VIGIE_WEBHOOK_URL, slack_url: env.VIGIE_SLACK_URL },
      port,
    )
  })
  afterAll(async () => {
    await alertmanager?.stop()
    await services?.close()
    rmSync(root, { recursive: true, force: true })
  })

  const vigie = (argv: string[], env: Record<string, string> = {}): Promise<Said> => runVigie(root, argv, env)

  it('test says that the receivers took it, and only those that hear of the severity', async () => {
    const { code, out, err } = await vigie(['alerts', 'test'])
    expect(out, err).toMatch(/^ +ops +accepted +after \d+\.\d s\n$/)
    expect(code).toBe(0)
    const [message] = services.taken
    expect(JSON.parse(message?.body ?? '').alerts[0].annotations.summary).toBe(
      'This is a test. Nothing is wrong.',
    )
  })

  it('test exits with 1 when a receiver refuses, and says what to do', async () => {
    services.moods('slack', 401)
    const { code, out } = await vigie(['--json', 'alerts', 'test', '--receiver', 'slack'])
    services.moods('slack', 'ok')
    expect(code).toBe(1)
    expect(JSON.parse(out).outcomes).toMatchObject([{ receiver: 'slack', verdict: 'refused' }])
  })

  it('test knows its receivers and severities', async () => {
    expect((await vigie(['alerts', 'test', '--receiver', 'osp'])).err).toMatch(/did you mean "ops"/)
    expect((await vigie(['alerts', 'test', '--severity', 'loud'])).code).toBe(2)
  })

  it('silence and list: quiet by whom, until when and why', async () => {
    const post = (labels: Record<string, string>) =>
      alertmanager.api.post([
        {
          labels,
          annotations: { summary: 'x' },
          startsAt: new Date().toISOString(),
          endsAt: new Date(Date.now() + 600_000).toISOString(),
        },
      ])
    await post({ alertname: 'RedisDown', severity: 'critical', service: 'cache' })
    await post({ alertname: 'HostMemoryLow', severity: 'warning' })
    const quiet = await vigie(['alerts', 'silence', 'cache', '2h', 'moving it'])
    expect(quiet.out, quiet.err).toMatch(/^Silent until 20.* UTC: every alert of cache\.\n/)
    const { out } = await vigie(['alerts', 'list'])
    const [head, first, second] = out.split('\n')
    expect(head).toMatch(/severity +alert +service +since +state +receivers/)
    expect(first).toMatch(
      /critical +RedisDown +cache +20.* UTC +silenced by \S+ until 20.* UTC: moving it +ops/,
    )
    expect(second).toMatch(/warning +HostMemoryLow +20.* UTC +firing +ops, slack/)
  })

  it('test and list know who is not at the desk now', async () => {
    const { code, out } = await vigie(['--json', 'alerts', 'test', '--severity', 'info'])
    expect(JSON.parse(out).outcomes).toMatchObject([
      { receiver: 'desk', verdict: 'held back', why: 'it is outside of the hours of this receiver' },
    ])
    expect(code).toBe(1)
    const labels = { alertname: 'Late', severity: 'info' }
    const startsAt = new Date(Date.now() - 600_000).toISOString()
    const endsAt = new Date(Date.now() + 600_000).toISOString()
    await alertmanager.api.post([{ labels, annotations: {}, startsAt, endsAt }])
    await vi.waitFor(
      async () =>
        expect((await vigie(['alerts', 'list'])).out).toMatch(
          /Late .* firing, outside of the hours of desk +desk/,
        ),
      { timeout: 30_000, interval: 500 },
    )
  })

  it('silence refuses what it does not know', async () => {
    expect((await vigie(['alerts', 'silence', 'RedisDwn', '2h', 'x'])).err).toMatch(
      /did you mean "RedisDown"/,
    )
    expect((await vigie(['alerts', 'silence', 'RedisDown', 'soon', 'x'])).err).toMatch(/no duration/)
    expect((await vigie(['alerts', 'silence', 'RedisDown', '5m', 'x'])).code).toBe(0)
  })

  it('route says who and why, from the file on disk with its edits', async () => {
    const { out, code } = await vigie(['alerts', 'route', 'severity=warning', 'service=cache'])
    expect(out).toMatch(/ops +because severity!~"critical\|info\|none" +after 30s, again every 4h\n +slack/)
    expect(code).toBe(0)
    const file = join(root, 'monitoring/alertmanager/alertmanager.yml')
    writeFileSync(file, readFileSync(file, 'utf8').replace('- receiver: slack\n', '- receiver: nobody\n'))
    expect((await vigie(['alerts', 'route', 'severity=warning'])).out).not.toContain('slack')
    expect((await vigie(['alerts', 'route', 'severity=none'])).code).toBe(1)
  })

  it('says so when Alertmanager is not there', async () => {
    await alertmanager.stop()
    const { code, err } = await vigie(['alerts', 'list'])
    expect(code).toBe(2)
    expect(err).toMatch(/cannot be reached: nothing listens there/)
  })
})
