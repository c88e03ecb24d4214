import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { heardBy, hitsOf, parseRouting } from '../../src/core/alerts/route-tree.ts'
import { configOf, renderConfig, SHOP_SERVICES } from '../render/stacks.ts'
import { needs, tool } from '../tools.ts'
import { alertmanagerBinary, type RunningAlertmanager, startAlertmanager, until } from './alertmanager.ts'

const TEAMS = configOf({
  services: {
    ...SHOP_SERVICES,
    api: { ...SHOP_SERVICES.api, owner: 'shop' },
    'db.main': { kind: 'http', address: 'db.main:80', owner: 'shop' },
    db: { ...SHOP_SERVICES.db, owner: 'data' },
  },
  alerts: {
    receivers: [
      { pagerduty: { severities: ['critical'] } },
      { slack: { name: 'ops', severities: ['warning', 'info'], when: 'office' } },
      { telegram: { chat: 1, severities: ['warning'], when: 'outside' } },
      { slack: { name: 'shop', team: 'shop', urlFile: 'shop_slack' } },
      { webhook: { name: 'data', team: 'data', severities: ['critical'] } },
    ],
    officeHours: { from: '09:00', to: '18:00', timezone: 'Europe/Paris' },
    deadManSwitch: { urlFile: 'heartbeat_url' },
  },
})
const tree = renderConfig(TEAMS)
const alertmanagerYml = tree.get('alertmanager/alertmanager.yml') ?? ''
const routing = parseRouting(alertmanagerYml, 'alertmanager.yml')

/** Labels, and who hears of them. */
const WHO: [string, string[]][] = [
  ['alertname=Watchdog severity=none', ['heartbeat']],
  ['severity=critical service=cache', ['pagerduty']],
  ['severity=warning service=cache', ['ops', 'telegram']],
  ['service=cache', ['ops', 'telegram']],
  ['severity=page service=cache', ['ops', 'telegram']],
  ['severity=info', ['ops']],
  ['severity=none', ['nobody']],
  ['severity=critical service=api', ['shop']],
  ['severity=warning service=api', ['shop']],
  ['severity=critical service=db.main', ['shop']],
  ['severity=critical service=dbxmain', ['pagerduty']],
  ['severity=critical service=apis', ['pagerduty']],
  ['severity=critical service=db', ['data']],
  ['severity=critical service=db-exporter', ['data']],
  ['severity=warning service=db', ['ops', 'telegram']],
  ['severity=info service=api', ['ops']],
  ['alertname=VigieTest receiver=telegram severity=critical', ['telegram']],
  ['alertname=VigieTest severity=critical', ['pagerduty']],
]

describe('who hears of what', () => {
  it.each(WHO)('%s: %j', (labels, receivers) => {
    const pairs = Object.fromEntries(labels.split(' ').map(pair => pair.split('=')))
    expect(hitsOf(routing, pairs).map(hit => hit.receiver)).toEqual(receivers)
  })

  it.skipIf(!tool('amtool'))(needs('is what Alertmanager itself says', 'amtool'), () => {
    const folder = mkdtempSync(join(tmpdir(), 'vigie-routes-'))
    try {
      const file = join(folder, 'alertmanager.yml')
      writeFileSync(file, alertmanagerYml)
      for (const [labels, receivers] of WHO) {
        const ran = spawnSync(
          tool('amtool') ?? '',
          [
            'config',
            'routes',
            'test',
            `--config.file=${file}`,
            `--verify.receivers=${receivers.join(',')}`,
            ...labels.split(' '),
          ],
          { encoding: 'utf8' },
        )
        expect(ran.status, `${labels}: ${ran.stdout}${ran.stderr}`).toBe(0)
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('says why, and when', () => {
    const [hit] = heardBy(routing, { severity: 'warning' })
    expect(hit).toMatchObject({
      receiver: 'ops',
      because: ['severity!~"critical|info|none"'],
      only: ['office-hours'],
      groupWait: '30s',
      repeat: '4h',
    })
    expect(heardBy(routing, { severity: 'critical', service: 'cache' })[0]?.groupWait).toBe('10s')
    expect(heardBy(routing, { severity: 'none' })).toEqual([])
  })

  it('refuses an owner without a receiver, a reserved name and hours that nobody defined', () => {
    const refused =
      (alerts: object, services: object = {}) =>
      () =>
        renderConfig(configOf({ services, alerts }))
    expect(
      refused({ receivers: [{ slack: { team: 'shop' } }] }, { api: { ...SHOP_SERVICES.api, owner: 'shpo' } }),
    ).toThrow(/team "shpo" — did you mean "shop"/)
    expect(refused({ receivers: [{ slack: { name: 'nobody' } }] })).toThrow(/another receiver "nobody"/)
    expect(refused({ receivers: [{ slack: { when: 'office' } }] })).toThrow(/needs office hours/)
    expect(refused({ receivers: [{ slack: { severities: ['loud'] } }] })).toThrow(/critical, warning, info/)
    expect(refused({ receivers: [{ hipchat: {} }] })).toThrow(/shut HipChat down/)
    expect(refused({ officeHours: { from: '18:00', to: '09:00' } })).toThrow(/end later/)
    expect(refused({ officeHours: { from: '09:00', to: '18:00', timezone: 'Mars/Base' } })).toThrow(
      /time zone/,
    )
  })
})

const absent = alertmanagerBinary() === undefined
describe.skipIf(absent)(
  `what explains an alert silences it${absent ? ' (skipped: alertmanager not found)' : ''}`,
  () => {
    let alertmanager: RunningAlertmanager
    beforeAll(async () => {
      alertmanager = await startAlertmanager(tree, {})
    })
    afterAll(async () => alertmanager?.stop())

    type Labels = Record<string, string>
    let round = 0
    /** Posts alerts, and tells which of them are held back. Each round is a project of its own and ends before the next. */
    async function heldBack(...alerts: Labels[]): Promise<string[]> {
      const mark = String(round++)
      const post = (endsAt: Date) =>
        alertmanager.api.post(
          alerts.map(labels => ({
            labels: { ...labels, round: mark },
            annotations: {},
            startsAt: new Date(Date.now() - 60_000).toISOString(),
            endsAt: endsAt.toISOString(),
          })),
        )
      await post(new Date(Date.now() + 600_000))
      // Alertmanager takes alerts in one by one: what it says is looked at until it has been the same for a while.
      let same = 0
      let last = ''
      const held = await until(async () => {
        const mine = (await alertmanager.api.alerts()).filter(one => one.labels.round === mark)
        const names = mine
          .filter(one => one.status.inhibitedBy.length > 0)
          .map(one => one.labels.alertname ?? '')
        const now = `${mine.length} ${names.sort()}`
        same = now === last ? same + 1 : 0
        last = now
        return mine.length === alerts.length && same >= 5 ? names : undefined
      })
      await post(new Date(Date.now() - 1000))
      return held
    }

    const critical = { severity: 'critical' }
    const warning = { severity: 'warning' }
    const CASES: [string, Labels[], string[]][] = [
      [
        'critical silences warning of the same alert',
        [
          { alertname: 'PostgresConnectionsHigh', service: 'db', ...critical },
          { alertname: 'PostgresConnectionsHigh', service: 'db', ...warning },
        ],
        ['PostgresConnectionsHigh'],
      ],
      [
        'but not that of another service',
        [
          { alertname: 'PostgresConnectionsHigh', service: 'db', ...critical },
          { alertname: 'PostgresConnectionsHigh', service: 'other', ...warning },
        ],
        [],
      ],
      [
        'a service that is down silences its symptoms',
        [
          { alertname: 'TargetDown', service: 'api', job: 'express', ...critical },
          { alertname: 'AppLatencyHigh', service: 'api', ...warning },
          { alertname: 'AppLatencyHigh', service: 'web', ...warning },
          { alertname: 'AppErrorRateHigh', service: 'api', ...critical },
        ],
        ['AppLatencyHigh'],
      ],
      [
        'a container that is gone silences what only follows from it',
        [
          { alertname: 'ContainerMissing', service: 'db', project: 'shop', ...critical },
          { alertname: 'TargetDown', service: 'db', job: 'postgres', ...critical },
          { alertname: 'PostgresDown', service: 'db', job: 'postgres', ...critical },
          { alertname: 'TargetMissing', service: 'db', job: 'postgres', ...critical },
          { alertname: 'TargetDown', service: 'cache', job: 'redis', ...critical },
        ],
        ['PostgresDown', 'TargetDown', 'TargetMissing'],
      ],
      [
        'a project that is gone is one message, and the stack’s own parts still speak',
        [
          { alertname: 'ContainerProjectUnseen', project: 'shop', ...critical },
          { alertname: 'TargetDown', service: 'api', job: 'express', ...critical },
          { alertname: 'TargetDown', service: 'grafana', job: 'grafana', ...critical },
        ],
        ['TargetDown'],
      ],
      [
        'a host in trouble silences the warnings of its containers',
        [
          { alertname: 'HostMemoryStalled', instance: 'host', ...critical },
          { alertname: 'ContainerUnhealthy', service: 'api', ...warning },
          { alertname: 'ContainerMissing', service: 'api', ...critical },
        ],
        ['ContainerUnhealthy'],
      ],
      [
        'a reboot explains restarts',
        [
          { alertname: 'HostRebooted', severity: 'info' },
          { alertname: 'ContainerRestarting', service: 'api', ...warning },
          { alertname: 'AppRestarting', service: 'api', ...warning },
          { alertname: 'AppErrorRateHigh', service: 'api', ...critical },
        ],
        ['AppRestarting', 'ContainerRestarting'],
      ],
      [
        'what measures the host is down',
        [
          { alertname: 'TargetDown', job: 'node-exporter', service: 'node-exporter', ...critical },
          { alertname: 'HostDiskSpaceLow', device: 'sda1', ...critical },
          { alertname: 'ContainerMissing', service: 'api', ...critical },
        ],
        ['HostDiskSpaceLow'],
      ],
      [
        'what measures containers is blind',
        [
          { alertname: 'CadvisorSeesNoContainers', job: 'cadvisor', service: 'cadvisor', ...critical },
          { alertname: 'ContainerMissing', service: 'api', ...critical },
          { alertname: 'TargetDown', service: 'api', job: 'express', ...critical },
        ],
        ['ContainerMissing', 'TargetDown'],
      ],
    ]
    it.each(CASES)('%s', async (_name, alerts, expected) => {
      expect(await heldBack(...alerts)).toEqual(expected)
    })
  },
)
