import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { missingImage } from '../../test/e2e/service-stack.ts'
import { type Site, until } from '../../test/e2e/stack.ts'
import { clearBazaar, IMAGES, observeBazaar } from './bazaar.ts'
import { feed } from './feed.ts'
import { dashboardRows, memoryRows, table, targetRows } from './measure.ts'

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
        return rows.every(row => row.empty.length === 0) ? true : undefined
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
    expect(rows.flatMap(row => row.empty.map(panel => `${row.dashboard} / ${panel}`))).toEqual([])
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
})
