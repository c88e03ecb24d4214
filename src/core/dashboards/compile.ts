import { DASHBOARD_TAG, dashboardUid } from '../conventions.ts'
import { annotations } from './annotations.ts'
import { type Box, panelJson } from './panel.ts'
import type { DashboardSpec, PanelSpec } from './spec.ts'
import { variables } from './variables.ts'

const COLUMNS = 24
const WIDTHS: Readonly<Record<PanelSpec['type'], number>> = {
  stat: 4,
  gauge: 4,
  timeseries: 8,
  bars: 6,
  state: 12,
  table: 12,
  heatmap: 12,
  text: 24,
}
const HEIGHTS: Readonly<Record<PanelSpec['type'], number>> = {
  stat: 4,
  gauge: 5,
  timeseries: 8,
  bars: 8,
  state: 8,
  table: 8,
  heatmap: 8,
  text: 3,
}

export interface DashboardOptions {
  readonly id: string
  /** The job whose targets the variables list. */
  readonly job: string
  /** What the stack has; rows and panels that need something else are left out, so that no panel is ever empty. */
  readonly features: ReadonlySet<string>
  /** Titles of the dashboards that `links` may name, by module id. */
  readonly titles: ReadonlyMap<string, string>
}

/** The compact spec as a classic Grafana dashboard (schema 42), which Grafana 11 to 13 load from a file. */
export function compileDashboard(spec: DashboardSpec, options: DashboardOptions): Record<string, unknown> {
  const mode = spec.variables ?? 'all'
  return {
    uid: dashboardUid(options.id),
    title: spec.title,
    description: spec.summary,
    tags: [DASHBOARD_TAG, options.id],
    schemaVersion: 42,
    version: 1,
    editable: false,
    graphTooltip: 1,
    timezone: 'browser',
    time: { from: 'now-6h', to: 'now' },
    refresh: '30s',
    fiscalYearStartMonth: 0,
    liveNow: false,
    links: links(spec, options),
    templating: { list: variables(mode, spec.list ?? 'up', options.job) },
    annotations: { list: annotations(mode !== 'none') },
    panels: layout(spec, options.features),
  }
}

function links(spec: DashboardSpec, options: DashboardOptions): unknown[] {
  const all = {
    title: 'Dashboards',
    tooltip: 'Every dashboard of this stack',
    type: 'dashboards',
    tags: [DASHBOARD_TAG],
    asDropdown: true,
    includeVars: true,
    keepTime: true,
    icon: 'external link',
    targetBlank: false,
    url: '',
  }
  const related = spec.links
    .filter(id => options.titles.has(id))
    .map(id => ({
      title: options.titles.get(id),
      tooltip: '',
      type: 'link',
      url: `/d/${dashboardUid(id)}`,
      includeVars: true,
      keepTime: true,
      icon: 'dashboard',
      targetBlank: false,
      tags: [],
      asDropdown: false,
    }))
  return [all, ...related]
}

/** Rows top to bottom, panels left to right, wrapping at Grafana's 24 columns. */
function layout(spec: DashboardSpec, features: ReadonlySet<string>): Record<string, unknown>[] {
  const shown = (when: string | undefined): boolean => when === undefined || features.has(when)
  const out: Record<string, unknown>[] = []
  let id = 1
  let y = 0
  for (const row of spec.rows.filter(one => shown(one.when))) {
    const specs = row.panels.filter(panel => shown(panel.when))
    if (specs.length === 0) continue
    const header = {
      id: id++,
      type: 'row',
      title: row.title,
      collapsed: row.collapsed,
      gridPos: { x: 0, y: y++, w: COLUMNS, h: 1 },
    }
    const boxes = flow(specs, y)
    const panels = specs.map((panel, index) =>
      panelJson(panel, id++, boxes[index] ?? { x: 0, y, w: 8, h: 8 }, spec.selector),
    )
    if (!row.collapsed) y = Math.max(y, ...boxes.map(box => box.y + box.h))
    out.push({ ...header, panels: row.collapsed ? panels : [] }, ...(row.collapsed ? [] : panels))
  }
  return out
}

function flow(panels: readonly PanelSpec[], top: number): Box[] {
  const boxes: Box[] = []
  let x = 0
  let y = top
  let tallest = 0
  for (const panel of panels) {
    const w = Math.min(panel.width ?? WIDTHS[panel.type], COLUMNS)
    const h = panel.height ?? HEIGHTS[panel.type]
    if (x + w > COLUMNS) {
      y += tallest
      x = 0
      tallest = 0
    }
    boxes.push({ x, y, w, h })
    x += w
    tallest = Math.max(tallest, h)
  }
  return boxes
}
