import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { missingImage } from '../../test/e2e/service-stack.ts'
import { type Site, until } from '../../test/e2e/stack.ts'
import { clearBazaar, IMAGES, observeBazaar } from './bazaar.ts'
import type { Fault } from './fault.ts'
import { ROUNDS } from './faults.ts'
import { feed } from './feed.ts'
import { type DashboardRow, dashboardRows, memoryRows, table, targetRows } from './measure.ts'

const reason = missingImage(IMAGES)
const print = (text: string): void => void process.stdout.write(`${text}\n\n`)

describe.skipIf(reason !== undefined)(`a bazaar of every kind${reason ? ` (${reason})` : ''}`, () => {
  let site: Site
  beforeAll(async () => {
    site = await observeBazaar()
    feed(site)
  })
  afterAll(() => clearBazaar())

  it('has every target up', async () => {
    const rows = await until('targets up', async () => {
      const found = await targetRows(site, site.hasGrafana)
      const down = found.filter(row => row.health !== 'up')
      if (down.length > 0) throw new Error(down.map(row => `${row.target}: ${row.error}`).join('\n'))
      return found
    })
    print(
      table(
        ['target', 'kind', 'health', 'scrape', 'samples', 'kept'],
        rows.map(row => [
          row.target,
          row.kind,
          row.health,
          `${(row.seconds * 1000).toFixed(0)} ms`,
          `${row.served}`,
          `${row.kept}`,
        ]),
      ),
    )
  })

  it('has data in every panel', async () => {
    let rows = await dashboardRows(site)
    await until(
      'data in every panel',
      async () => {
        rows = await dashboardRows(site)
        return unexplained(rows).length === 0 ? true : undefined
      },
      5,
    ).catch(() => undefined)
    print(
      table(
        ['dashboard', 'panels', 'with data', 'empty'],
        rows.map(row => [
          row.dashboard,
          `${row.panels}`,
          `${row.panels - row.empty.length}`,
          row.empty.join(', '),
        ]),
      ),
    )
    expect(unexplained(rows)).toEqual([])
  })

  it('costs', () => {
    const rows = memoryRows('bazaar', service =>
      /-exporter$|^(prometheus|alertmanager|cadvisor|grafana)$/.test(service),
    )
    print(
      table(
        ['container', 'memory'],
        rows.map(([service, mib]) => [service, `${mib.toFixed(0)} MiB`]),
      ),
    )
    expect(rows.length).toBeGreaterThan(0)
  })

  it.each(ROUNDS)('tells what is wrong: %s', async (_, faults) => {
    const seen = new Set<string>()
    const expected = faults.flatMap(fault => alertsOf(fault.fires))
    const before = await until('calm after the last round', async () => {
      const now = new Set(await holding(site))
      return expected.some(alert => now.has(alert)) ? undefined : now
    })
    for (const fault of faults) fault.breaks(site)
    await until(
      'the alerts',
      async () => {
        for (const alert of await holding(site)) if (!before.has(alert)) seen.add(alert)
        return expected.every(alert => seen.has(alert)) ? true : undefined
      },
      4,
    ).catch(() => undefined)
    for (const fault of faults) fault.mends(site)
    print(
      table(
        ['fault', 'fires'],
        faults.map(fault => [
          fault.what,
          alertsOf(fault.fires)
            .map(alert => `${seen.has(alert) ? '' : 'NOT '}${alert}`)
            .join(', '),
        ]),
      ),
    )
    const touched = new Set([
      ...MACHINE,
      ...faults.flatMap(fault => [...Object.keys(fault.fires), ...(fault.follows ?? [])]),
    ])
    const wrong = [...seen].filter(alert => !touched.has(alert.split(' ')[1] ?? ''))
    expect({ missing: expected.filter(alert => !seen.has(alert)), wrong }).toEqual({ missing: [], wrong: [] })
    await until('all targets back', async () =>
      (await targetRows(site, site.hasGrafana)).every(row => row.health === 'up') ? true : undefined,
    )
  })
})

/** The stack's own: without receivers, without Grafana's image and with an old cAdvisor they are empty; the test of the shop looks at them. */
const OF_THE_STACK = ['Alerts', 'Containers', 'Everything at a glance', 'Grafana', 'Host', 'Prometheus']

const unexplained = (rows: readonly DashboardRow[]): string[] =>
  rows
    .filter(row => !OF_THE_STACK.includes(row.dashboard))
    .flatMap(row => row.empty.map(panel => `${row.dashboard} / ${panel}`))

/** What the machine has to bear beside the bench is not the bazaar's. */
const MACHINE = ['node-exporter', 'cadvisor', 'prometheus', 'grafana']

const alertsOf = (fires: Fault['fires']): string[] =>
  Object.entries(fires).flatMap(([service, alerts]) => alerts.map(alert => `${alert} ${service}`))

/** Alerts whose expression holds now, whatever their `for`: name and service. */
async function holding(site: Site): Promise<string[]> {
  const { alerts } = await site.prometheus<{ alerts: { labels: Record<string, string> }[] }>('alerts')
  return alerts.map(({ labels }) => `${labels.alertname} ${labels.service ?? labels.name}`)
}
