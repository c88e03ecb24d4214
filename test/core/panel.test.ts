import { describe, expect, it } from 'vitest'
import { panelJson } from '../../src/core/dashboards/panel.ts'
import { parseDashboard } from '../../src/core/dashboards/spec.ts'

const BOX = { x: 0, y: 0, w: 4, h: 4 }

/** Takes the keys of a panel, returns Grafana's JSON of it. */
function panel(keys: string): string {
  const text = `{ title: t, summary: s, rows: [{ title: r, panels: [{ title: p, description: d, ${keys} }] }] }`
  const [spec] = parseDashboard(text, 'dashboard.yaml').rows[0]?.panels ?? []
  return JSON.stringify(spec && panelJson(spec, 1, BOX, ''))
}

describe('a panel with nothing to show', () => {
  it('says No data, unless nothing is good news', () => {
    expect(panel('type: table, query: x')).toContain('"noValue":"No data"')
    expect(panel('type: table, query: x, empty: Nothing fires.')).toContain('"noValue":"Nothing fires."')
  })

  it('shows 0 instead of everything, never beside what there is', () => {
    expect(panel('type: stat, query: "sum by (a) (x)", fallback: true')).toContain(
      '"expr":"(sum by (a) (x)) or on () vector(0)"',
    )
  })
})
