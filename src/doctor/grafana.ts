import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { DASHBOARD_TAG, DATASOURCE_UID } from '../core/conventions.ts'
import type { GrafanaFacts, PanelState } from '../core/doctor/grafana.ts'
import { localUrl } from '../core/local-url.ts'
import type { Stack } from '../core/stack.ts'
import { ask, unanswered } from '../io/http.ts'
import type { Prometheus } from '../io/prometheus.ts'
import { fromJson } from './run.ts'

const Health = v.object({ database: v.string() })
const Datasource = v.object({ status: v.optional(v.string(), ''), message: v.optional(v.string(), '') })
const Found = v.array(v.object({ uid: v.string() }))
interface RawPanel {
  title?: string | undefined
  targets?: { expr?: string | undefined }[] | undefined
  panels?: RawPanel[] | undefined
}
const RawPanel: v.GenericSchema<RawPanel> = v.object({
  title: v.optional(v.string()),
  targets: v.optional(v.array(v.object({ expr: v.optional(v.string()) }))),
  panels: v.optional(v.array(v.lazy(() => RawPanel))),
})
const Dashboard = v.object({ uid: v.string(), title: v.string(), panels: v.optional(v.array(RawPanel), []) })
type Dashboard = v.InferOutput<typeof Dashboard>

/** At most this long for all panels together. */
const PANEL_BUDGET = 20_000
const AT_ONCE = 8

export async function grafanaFacts(
  stack: Stack,
  root: string,
  prometheus: Prometheus | undefined,
): Promise<GrafanaFacts> {
  const base = localUrl(stack, 'grafana')
  const output = join(root, stack.config.output)
  const dashboards = readDashboards(join(output, 'grafana/dashboards'))
  const health = await ask(`${base}/api/health`)
  const panels = prometheus && (await readPanels(dashboards, prometheus))
  const silent = { database: '', login: 'unknown', datasource: undefined, loaded: undefined } as const
  const shared = { expected: dashboards.map(one => one.uid), panels }
  if (!health.ok) return { ...silent, ...shared, trouble: unanswered(health) }
  const parsed = v.safeParse(Health, fromJson(health.text))
  if (!parsed.success) return { ...silent, ...shared, trouble: `something else answers at ${base}` }
  return { ...shared, trouble: undefined, database: parsed.output.database, ...(await inside(base, output)) }
}

/** What only somebody who is logged in may see. */
async function inside(
  base: string,
  output: string,
): Promise<Pick<GrafanaFacts, 'login' | 'datasource' | 'loaded'>> {
  const password = readPassword(join(output, 'secrets/grafana_admin_password'))
  if (password === undefined) return { login: 'unknown', datasource: undefined, loaded: undefined }
  const login = { user: 'admin', password }
  const [source, search] = await Promise.all([
    ask(`${base}/api/datasources/uid/${DATASOURCE_UID}/health`, { login }),
    ask(`${base}/api/search?tag=${DASHBOARD_TAG}&limit=1000`, { login }),
  ])
  if (search.ok && search.status === 401)
    return { login: 'refused', datasource: undefined, loaded: undefined }
  const state = source.ok ? v.safeParse(Datasource, fromJson(source.text)) : undefined
  const found = search.ok ? v.safeParse(Found, fromJson(search.text)) : undefined
  return {
    login: 'ok',
    datasource: state?.success
      ? { ok: state.output.status === 'OK', message: state.output.message }
      : undefined,
    loaded: found?.success ? found.output.map(one => one.uid) : undefined,
  }
}

function readPassword(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return undefined
  }
}

function readDashboards(folder: string): Dashboard[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.json') && file.startsWith('vigie'))
      .flatMap(file => {
        const parsed = v.safeParse(Dashboard, fromJson(readFileSync(join(folder, file), 'utf8')))
        return parsed.success ? [parsed.output] : []
      })
  } catch {
    return []
  }
}

/** Asks for every panel what its first query shows now, with the variables set to "all". */
async function readPanels(dashboards: readonly Dashboard[], prometheus: Prometheus): Promise<PanelState[]> {
  const panels = dashboards.flatMap(dashboard =>
    dashboard.panels
      .flatMap(panel => [panel, ...(panel.panels ?? [])])
      .flatMap(panel => {
        const exprs = (panel.targets ?? []).flatMap(target => target.expr ?? [])
        return exprs.length === 0 ? [] : [{ dashboard: dashboard.title, panel: panel.title ?? '', exprs }]
      }),
  )
  const end = Date.now() + PANEL_BUDGET
  const states: PanelState[] = []
  const queue = [...panels]
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next && Date.now() < end; next = queue.shift())
      states.push({
        dashboard: next.dashboard,
        panel: next.panel,
        hasData: await hasData(next.exprs, prometheus),
      })
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return states
}

async function hasData(exprs: readonly string[], prometheus: Prometheus): Promise<boolean> {
  for (const expr of exprs) {
    const samples = await prometheus.query(withVariables(expr))
    if (samples?.some(sample => !Number.isNaN(sample.value))) return true
  }
  return false
}

const withVariables = (expr: string): string =>
  expr
    .replaceAll('$__rate_interval', '1m')
    .replaceAll('$__range', '5m')
    .replace(/\$(\{)?(job|service|instance)\b(:\w+)?\}?/g, '.+')
