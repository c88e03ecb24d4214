import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { configOf, renderConfig } from '../render/stacks.ts'
import { tool } from '../tools.ts'
import { alertmanagerBinary, freePort, startAlertmanager, until } from './alertmanager.ts'
import { channels } from './channels.ts'

const absent = [alertmanagerBinary() ? '' : 'alertmanager', tool('prometheus') ? '' : 'prometheus'].filter(
  Boolean,
)
const skipped = absent.length > 0 ? ` (skipped: ${absent.join(' and ')} not found)` : ''

interface Alert {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: { readonly description: string }
}

/** Minutes of a rule, as seconds of a test. */
const hurried = (rules: string): string => rules.replaceAll('[15m]', '[20s]').replaceAll('for: 5m', 'for: 0s')

it.skipIf(absent.length > 0)(
  `an alert tells which receiver nothing reaches${skipped}`,
  async () => {
    const services = await channels()
    const folder = mkdtempSync(join(tmpdir(), 'vigie-failing-'))
    const tree = renderConfig(
      configOf({ alerts: { receivers: [{ slack: { name: 'deaf' } }, { webhook: { name: 'well' } }] } }),
    )
    const alertmanager = await startAlertmanager(tree, {
      slack_url: `http://127.0.0.1:${services.port}/slack`,
      webhook_url: `http://127.0.0.1:${services.port}/webhook`,
    })
    services.moods('slack', 401)
    writeFileSync(join(folder, 'rules.yml'), hurried(tree.get('prometheus/rules/alertmanager.yml') ?? ''))
    writeFileSync(
      join(folder, 'prometheus.yml'),
      JSON.stringify({
        global: { scrape_interval: '1s', evaluation_interval: '1s' },
        rule_files: ['rules.yml'],
        scrape_configs: [
          {
            job_name: 'alertmanager',
            static_configs: [
              { targets: [new URL(alertmanager.url).host], labels: { service: 'alertmanager' } },
            ],
          },
        ],
      }),
    )
    const port = await freePort()
    const prometheus = spawn(
      tool('prometheus') ?? '',
      [
        `--config.file=${folder}/prometheus.yml`,
        `--storage.tsdb.path=${folder}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: 'ignore' },
    )
    try {
      const post = (name: string): Promise<void> =>
        alertmanager.api.post([
          {
            labels: { alertname: name, severity: 'critical' },
            annotations: {},
            startsAt: new Date(Date.now() - 3_600_000).toISOString(),
            endsAt: new Date(Date.now() + 600_000).toISOString(),
          },
        ])
      let count = 0
      const firing = await until(async () => {
        await post(`Test${count++}`)
        const response = await fetch(`http://127.0.0.1:${port}/api/v1/alerts`).catch(() => undefined)
        if (response?.status !== 200) return undefined
        const { data } = JSON.parse(await response.text())
        const found = (data.alerts as Alert[]).filter(
          one => one.labels.alertname === 'AlertmanagerNotificationsFailing',
        )
        // Counters that have just begun give shares of their own until each has two samples.
        return found.some(one => one.annotations.description.startsWith('100%')) ? found : undefined
      })
      expect(firing).toHaveLength(1)
      expect(firing?.[0]).toMatchObject({
        labels: { receiver_name: 'deaf', integration: 'slack', severity: 'critical' },
        annotations: {
          description: expect.stringMatching(/^100% of the notifications to deaf \(slack\) fail\./),
        },
      })
    } finally {
      prometheus.kill('SIGKILL')
      await alertmanager.stop()
      await services.close()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    }
  },
  120_000,
)
