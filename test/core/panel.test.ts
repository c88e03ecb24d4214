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

describe('a legend', () => {
  it('names what the outermost aggregation leaves', () => {
    expect(panel('query: "sum by (a, le) (x)"')).toContain('"legendFormat":"{{a}}"')
    expect(panel('query: "count(sum by (a) (x) > 0)"')).toContain('"legendFormat":""')
    expect(panel('query: "x"')).toContain('"legendFormat":"{{service}}"')
  })
})

describe('a table', () => {
  it('heads its columns by the labels that the query leaves, or as the panel says', () => {
    const json = panel('type: table, columns: { Value: Age }, query: "max by (job, service) (x)"')
    expect(json).toContain('"excludeByName":{"Time":true,"__name__":true}')
    expect(json).toContain('"renameByName":{"job":"Job","service":"Service","Value":"Age"}')
    expect(panel('type: table, query: "x"')).toContain('"job":true')
    const names = panel('type: table, query: "count by (service, __name__) (x)"')
    expect(names).toContain('"excludeByName":{"Time":true,"job":true}')
  })
})
