import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { parse } from 'yaml'
import { seconds } from '../config/duration.ts'
import { literal, provisioningFile } from './provisioning.ts'

const Strings = v.optional(v.record(v.string(), v.string()), {})
const RuleFile = v.object({
  groups: v.array(
    v.object({
      name: v.string(),
      interval: v.optional(v.string()),
      rules: v.array(
        v.object({
          alert: v.optional(v.string()),
          expr: v.pipe(v.unknown(), v.transform(String)),
          for: v.optional(v.string(), '0s'),
          keep_firing_for: v.optional(v.string()),
          labels: Strings,
          annotations: Strings,
        }),
      ),
    }),
  ),
})
type Rule = v.InferOutput<typeof RuleFile>['groups'][number]['rules'][number]

const PROMETHEUS = { type: 'prometheus', uid: 'vigie-prometheus' } as const
const EXPRESSION = { type: '__expr__', uid: '__expr__' } as const
/** Grafana's scheduler goes in steps of ten seconds, and it refuses a group with any other interval. */
const STEP_SECONDS = 10

/**
 * The alerts of Prometheus's rule files as alerts of Grafana, the way Grafana itself imports them: whatever the query
 * returns fires, NaN included, and nothing returned is well.
 * @param files rendered rule files
 * @param interval how often Prometheus evaluates
 */
export function renderGrafanaRules(files: readonly string[], interval: string): string {
  const groups = files
    .flatMap(text => v.parse(RuleFile, parse(text)).groups)
    .map(group => ({
      orgId: 1,
      name: literal(group.name),
      folder: 'Alerts',
      interval: everyStep(group.interval ?? interval),
      rules: group.rules.flatMap(rule =>
        rule.alert === undefined ? [] : [alertRule(group.name, rule.alert, rule)],
      ),
    }))
    .filter(group => group.rules.length > 0)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  return provisioningFile({ groups })
}

const everyStep = (interval: string): string =>
  `${Math.ceil(seconds(interval) / STEP_SECONDS) * STEP_SECONDS}s`

function alertRule(group: string, alert: string, rule: Rule): Record<string, unknown> {
  return {
    uid: uidOf(group, alert, rule),
    title: literal(alert),
    condition: 'threshold',
    data: nodes(rule.expr),
    noDataState: 'OK',
    execErrState: 'Error',
    for: rule.for,
    ...(rule.keep_firing_for === undefined ? {} : { keepFiringFor: rule.keep_firing_for }),
    // As in Prometheus, an alert ends with its series.
    missing_series_evals_to_resolve: 1,
    annotations: inGrafana(rule.annotations),
    labels: Object.fromEntries(Object.entries(rule.labels).map(([name, text]) => [name, literal(text)])),
  }
}

/** The same as long as the rule has its group, its name and its labels; a changed threshold is still the same alert. */
function uidOf(group: string, alert: string, rule: Rule): string {
  const labels = Object.entries(rule.labels).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([group, alert, labels]))
    .digest('hex')
    .slice(0, 20)
}

function nodes(expr: string): object[] {
  const node = (refId: string, datasource: { type: string; uid: string }, model: object): object => ({
    refId,
    relativeTimeRange: { from: datasource === PROMETHEUS ? 600 : 0, to: 0 },
    datasourceUid: datasource.uid,
    model: { refId, datasource, ...model },
  })
  return [
    node('query', PROMETHEUS, { expr, instant: true, range: false }),
    node('math', EXPRESSION, {
      type: 'math',
      expression: 'is_number($query) || is_nan($query) || is_inf($query)',
    }),
    node('threshold', EXPRESSION, {
      type: 'threshold',
      expression: 'math',
      conditions: [{ evaluator: { type: 'gt', params: [0] } }],
    }),
  ]
}

/** In Grafana `$value` is a text about all the nodes; the number is the value of the query. */
const inGrafana = (annotations: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(annotations).map(([name, text]) => [
      name,
      text.replaceAll(/\{\{.*?\}\}/gs, action =>
        action.replaceAll(/\$value\b/g, () => '$values.query.Value'),
      ),
    ]),
  )
