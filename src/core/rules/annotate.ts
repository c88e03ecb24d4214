import { type Document, isMap, isSeq, parseDocument, Scalar, type YAMLMap } from 'yaml'
import { dashboardUid, runbookAnchor } from '../conventions.ts'
import { PLACEHOLDERS } from './links.ts'

/** A rule file with `runbook_url` and `dashboard_url` on every alert, for `fillLinks` to complete; comments and layout stay. */
export function annotateRules(text: string, module: string): string {
  const document = ruleDocument(text)
  for (const rule of rulesOf(document)) {
    const alert = rule.get('alert')
    if (typeof alert !== 'string') continue
    const url = `${PLACEHOLDERS.grafana}/d/${dashboardUid(module)}`
    const hasService = /\$labels\.service\b/.test(String(rule.getIn(['annotations', 'description']) ?? ''))
    rule.setIn(['annotations', 'runbook_url'], quoted(runbookUrl(module, alert)))
    rule.setIn(
      ['annotations', 'dashboard_url'],
      quoted(hasService ? `${url}?var-service={{ $labels.service }}` : url),
    )
  }
  return document.toString({ lineWidth: 0 })
}

const runbookUrl = (module: string, alert: string): string =>
  `${PLACEHOLDERS.runbooks}/${module}.md#${runbookAnchor(alert)}`

/** @throws YAMLParseError with line and column */
export function ruleDocument(text: string): Document {
  const document = parseDocument(text)
  const [error] = document.errors
  if (error) throw error
  return document
}

/** All rules of a rule file, as YAML nodes. */
export function rulesOf(document: Document): YAMLMap[] {
  const groups = document.get('groups')
  if (!isSeq(groups)) return []
  return groups.items.flatMap(group => {
    const rules = isMap(group) ? group.get('rules') : undefined
    return isSeq(rules) ? rules.items.filter(isMap) : []
  })
}

/** Double quotes always: in flow style, Prometheus's YAML reader stumbles over a bare URL with a question mark. */
export function quoted(text: string): Scalar<string> {
  const scalar = new Scalar(text)
  scalar.type = Scalar.QUOTE_DOUBLE
  return scalar
}
