import { type PanelSpec, type QuerySpec, queriesOf } from './spec.ts'

export interface Box {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

const GRAFANA_TYPES: Readonly<Record<PanelSpec['type'], string>> = {
  stat: 'stat',
  gauge: 'gauge',
  timeseries: 'timeseries',
  bars: 'bargauge',
  state: 'state-timeline',
  table: 'table',
  heatmap: 'heatmap',
  text: 'text',
}
const INSTANT: readonly PanelSpec['type'][] = ['stat', 'gauge', 'bars', 'table']
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' }
const UP_MAPPING: Readonly<Record<string, readonly [string, string]>> = {
  '1': ['Up', 'green'],
  '0': ['Down', 'red'],
}

/** One panel of the compact spec as Grafana's classic panel JSON (schema 42). */
export function panelJson(panel: PanelSpec, id: number, box: Box, target: string): Record<string, unknown> {
  const common = { id, title: panel.title, description: panel.description, gridPos: box, links: panel.links }
  if (panel.type === 'text')
    return {
      ...common,
      type: 'text',
      options: { mode: 'markdown', content: panel.content ?? '' },
      transparent: true,
    }
  const queries = queriesOf(panel)
  return {
    ...common,
    type: GRAFANA_TYPES[panel.type],
    datasource: DATASOURCE,
    targets: queries.map((query, index) => targetJson(panel, query, index, target)),
    fieldConfig: {
      defaults: fieldDefaults(panel),
      overrides: queries.flatMap((query, index) => overrides(query, index)),
    },
    options: options(panel),
    ...transformations(panel),
  }
}

function targetJson(
  panel: PanelSpec,
  query: QuerySpec,
  index: number,
  target: string,
): Record<string, unknown> {
  const expr = query.expr.trim().replaceAll('$target', target)
  const instant = INSTANT.includes(panel.type)
  return {
    refId: String.fromCharCode(65 + index),
    datasource: DATASOURCE,
    editorMode: 'code',
    expr: panel.fallback ? `(${expr}) or on () vector(0)` : expr,
    legendFormat: query.legend ?? panel.legend ?? legendOf(expr),
    instant,
    range: !instant,
    ...(panel.exemplars ? { exemplar: true } : {}),
    ...(panel.type === 'table' ? { format: 'table' } : panel.type === 'heatmap' ? { format: 'heatmap' } : {}),
  }
}

/** `sum by (state, db) (…)` reads best as `{{state}} {{db}}`; without grouping the service names the line. */
export function legendOf(expr: string): string {
  const labels = groupingOf(expr)
  if (labels.length > 0) return labels.map(label => `{{${label}}}`).join(' ')
  return /\b(sum|min|max|avg|count|scalar|histogram_quantile|vector)\s*\(/.test(expr) ? '' : '{{service}}'
}

/** The labels that the outermost aggregation leaves: none of `count(sum by (db) (…))`. */
function groupingOf(expr: string): string[] {
  if (/^(sum|min|max|avg|count)\s*\(/.test(expr)) return []
  const [list = ''] = [...expr.matchAll(/\b(?:by|on)\s*\(([^)]*)\)/g)].map(match => match[1] ?? '')
  return list
    .split(',')
    .map(label => label.trim())
    .filter(label => label !== '' && label !== 'le')
}

function fieldDefaults(panel: PanelSpec): Record<string, unknown> {
  return {
    unit: panel.unit,
    ...(panel.min === undefined ? {} : { min: panel.min }),
    ...(panel.max === undefined ? {} : { max: panel.max }),
    ...(panel.decimals === undefined ? {} : { decimals: panel.decimals }),
    color: { mode: panel.type === 'timeseries' ? 'palette-classic' : 'thresholds' },
    thresholds: thresholds(panel),
    mappings: mappings(panel),
    ...(panel.type === 'timeseries' ? { custom: lines(panel) } : {}),
    ...(panel.type === 'state' ? { custom: { fillOpacity: 80, lineWidth: 0 } } : {}),
    noValue: panel.empty ?? (panel.fallback ? '0' : 'No data'),
  }
}

function lines(panel: PanelSpec): Record<string, unknown> {
  return {
    drawStyle: 'line',
    lineWidth: 1,
    fillOpacity: panel.stack ? 30 : 10,
    showPoints: 'never',
    spanNulls: false,
    stacking: { mode: panel.stack ? 'normal' : 'none', group: 'A' },
    thresholdsStyle: { mode: panel.thresholds ? 'dashed' : 'off' },
  }
}

function thresholds(panel: PanelSpec): Record<string, unknown> {
  const { warning, critical } = panel.thresholds ?? {}
  const steps = panel.lowIsBad
    ? lowSteps(warning, critical)
    : [
        { color: panel.thresholds ? 'green' : 'blue', value: null },
        ...(warning === undefined ? [] : [{ color: 'yellow', value: warning }]),
        ...(critical === undefined ? [] : [{ color: 'red', value: critical }]),
      ]
  return { mode: 'absolute', steps }
}

function lowSteps(
  warning: number | undefined,
  critical: number | undefined,
): { color: string; value: number | null }[] {
  const floor = critical === undefined ? 'yellow' : 'red'
  const middle = critical !== undefined && warning !== undefined ? [{ color: 'yellow', value: critical }] : []
  return [{ color: floor, value: null }, ...middle, { color: 'green', value: warning ?? critical ?? 0 }]
}

function mappings(panel: PanelSpec): unknown[] {
  if (panel.mappings === undefined) return []
  const values = panel.mappings === 'up' ? UP_MAPPING : panel.mappings
  const entries = Object.entries(values).map(([value, [text, color]], index) => [
    value,
    { text, color, index },
  ])
  return [{ type: 'value', options: Object.fromEntries(entries) }]
}

function overrides(query: QuerySpec, index: number): unknown[] {
  const properties = [
    ...(query.dashed
      ? [
          { id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 8] } },
          { id: 'custom.fillOpacity', value: 0 },
        ]
      : []),
    ...(query.negative ? [{ id: 'custom.transform', value: 'negative-Y' }] : []),
    ...(query.color ? [{ id: 'color', value: { mode: 'fixed', fixedColor: query.color } }] : []),
  ]
  if (properties.length === 0) return []
  return [{ matcher: { id: 'byFrameRefID', options: String.fromCharCode(65 + index) }, properties }]
}

function options(panel: PanelSpec): Record<string, unknown> {
  const reduce = { calcs: ['lastNotNull'], fields: '', values: false }
  switch (panel.type) {
    case 'stat':
      return {
        reduceOptions: reduce,
        colorMode: panel.thresholds || panel.mappings ? 'background' : 'value',
        graphMode: 'none',
        textMode: 'auto',
      }
    case 'gauge':
      return { reduceOptions: reduce, showThresholdMarkers: true, showThresholdLabels: false }
    case 'bars':
      return { reduceOptions: reduce, orientation: 'horizontal', displayMode: 'gradient', showUnfilled: true }
    case 'state':
      return {
        showValue: 'never',
        mergeValues: true,
        rowHeight: 0.9,
        legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
      }
    case 'table':
      return { showHeader: true, cellHeight: 'sm' }
    case 'heatmap':
      return {
        calculate: false,
        yAxis: { unit: panel.unit },
        color: { mode: 'scheme', scheme: 'Oranges', steps: 64 },
      }
    default:
      return {
        legend: {
          displayMode: 'table',
          placement: 'bottom',
          calcs: ['lastNotNull', 'max'],
          showLegend: true,
        },
        tooltip: { mode: 'multi', sort: 'desc' },
      }
  }
}

/** Tables show the labels people know, named as they say them, and not Prometheus's bookkeeping. */
function transformations(panel: PanelSpec): Record<string, unknown> {
  if (panel.type !== 'table') return {}
  const labels = queriesOf(panel).flatMap(query => groupingOf(query.expr))
  const hidden = ['Time', '__name__', 'job'].filter(field => !labels.includes(field))
  return {
    transformations: [
      {
        id: 'organize',
        options: {
          excludeByName: Object.fromEntries(hidden.map(field => [field, true])),
          renameByName: {
            ...Object.fromEntries(labels.map(label => [label, heading(label)])),
            ...panel.columns,
          },
          indexByName: {},
        },
      },
    ],
  }
}

const heading = (label: string): string => label.charAt(0).toUpperCase() + label.slice(1)
