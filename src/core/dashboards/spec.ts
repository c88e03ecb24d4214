import * as v from 'valibot'
import { parse } from 'yaml'
import { UserError } from '../errors.ts'

const Query = v.union([
  v.string(),
  v.strictObject({
    expr: v.string(),
    legend: v.optional(v.string()),
    dashed: v.optional(v.boolean(), false),
    negative: v.optional(v.boolean(), false),
    color: v.optional(v.string()),
  }),
])
const Mapping = v.union([v.literal('up'), v.record(v.string(), v.tuple([v.string(), v.string()]))])

export const PANEL_TYPES = [
  'stat',
  'gauge',
  'timeseries',
  'bars',
  'state',
  'table',
  'heatmap',
  'text',
] as const

const Panel = v.strictObject({
  title: v.string(),
  description: v.string(),
  type: v.optional(v.picklist(PANEL_TYPES), 'timeseries'),
  unit: v.optional(v.string(), 'short'),
  query: v.optional(Query),
  queries: v.optional(v.array(Query)),
  legend: v.optional(v.string()),
  min: v.optional(v.number()),
  max: v.optional(v.number()),
  decimals: v.optional(v.number()),
  stack: v.optional(v.boolean(), false),
  thresholds: v.optional(
    v.strictObject({ warning: v.optional(v.number()), critical: v.optional(v.number()) }),
  ),
  /** True when a low value is the bad one: thresholds then colour from below. */
  lowIsBad: v.optional(v.boolean(), false),
  mappings: v.optional(Mapping),
  /** 0 where the query finds nothing at all; never a further series beside what it finds. */
  fallback: v.optional(v.boolean(), false),
  /** What the panel says when there is nothing to show, where that is good news or a normal state. */
  empty: v.optional(v.string()),
  /** Dots for the requests that an application recorded with their trace. */
  exemplars: v.optional(v.boolean(), false),
  width: v.optional(v.number()),
  height: v.optional(v.number()),
  content: v.optional(v.string()),
  columns: v.optional(v.record(v.string(), v.string())),
  links: v.optional(v.array(v.strictObject({ title: v.string(), url: v.string() })), []),
  when: v.optional(v.string()),
})

const Row = v.strictObject({
  title: v.string(),
  panels: v.array(Panel),
  collapsed: v.optional(v.boolean(), false),
  /** A feature of the stack without which the row is left out: `app`, a module, or a setting that is on. */
  when: v.optional(v.string()),
})

const DashboardSpecSchema = v.strictObject({
  title: v.string(),
  summary: v.string(),
  list: v.optional(v.string()),
  selector: v.optional(v.string(), 'job=~"$job", service=~"$service", instance=~"$instance"'),
  variables: v.optional(v.picklist(['none', 'job-service', 'all'])),
  links: v.optional(v.array(v.string()), []),
  rows: v.array(Row),
})

export type DashboardSpec = v.InferOutput<typeof DashboardSpecSchema>
export type PanelSpec = DashboardSpec['rows'][number]['panels'][number]
export type QuerySpec = Exclude<v.InferOutput<typeof Query>, string>

/** @throws UserError naming the file and the key */
export function parseDashboard(text: string, file: string): DashboardSpec {
  const result = v.safeParse(DashboardSpecSchema, parse(text))
  if (result.success) return result.output
  const [issue] = result.issues
  throw new UserError(`${v.getDotPath(issue) ?? 'the file'}: ${issue.message}`, {
    at: { file },
    hint: 'docs/modules.md explains every key',
  })
}

/** A panel that no file describes. */
export const parsePanel = (panel: v.InferInput<typeof Panel>): PanelSpec => v.parse(Panel, panel)

/** The queries of a panel in one form. */
export function queriesOf(panel: PanelSpec): QuerySpec[] {
  const given = panel.queries ?? (panel.query === undefined ? [] : [panel.query])
  return given.map(query =>
    typeof query === 'string' ? { expr: query, dashed: false, negative: false } : query,
  )
}
