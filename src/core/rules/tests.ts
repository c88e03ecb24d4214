import { isMap, isSeq, type YAMLMap } from 'yaml'
import { quoted, ruleDocument, rulesOf } from './annotate.ts'

/**
 * A module's promtool tests, completed against its rendered rules: static annotations and links are filled into every
 * expected alert, so that authors state what matters, the labels and the description.
 * @param rules the rendered rule file, already annotated
 * @param ruleFiles paths of the rule files, relative to where the test file will stand
 */
export function completeTests(text: string, rules: string, ruleFiles: readonly string[]): string {
  const document = ruleDocument(text)
  const alerts = rulesOf(ruleDocument(rules)).filter(rule => rule.has('alert'))
  document.set('rule_files', [...ruleFiles])
  const tests = document.get('tests')
  for (const test of isSeq(tests) ? tests.items.filter(isMap) : []) {
    const cases = test.get('alert_rule_test')
    for (const one of isSeq(cases) ? cases.items.filter(isMap) : []) completeCase(one, alerts)
  }
  return document.toString({ lineWidth: 0 })
}

function completeCase(one: YAMLMap, alerts: readonly YAMLMap[]): void {
  const expected = one.get('exp_alerts')
  if (!isSeq(expected)) return
  for (const alert of expected.items.filter(isMap)) {
    const labels = asRecord(alert.get('exp_labels'))
    const rule = alerts.find(
      candidate =>
        candidate.get('alert') === one.get('alertname') &&
        (labels.severity === undefined || candidate.getIn(['labels', 'severity']) === labels.severity),
    )
    if (!rule) continue
    for (const name of ['summary', 'runbook_url', 'dashboard_url']) {
      const template = rule.getIn(['annotations', name])
      if (typeof template === 'string') alert.setIn(['exp_annotations', name], quoted(fill(template, labels)))
    }
  }
}

/** What Prometheus makes of `{{ $labels.x }}`; other template actions never stand in these annotations. */
const fill = (template: string, labels: Readonly<Record<string, string>>): string =>
  template.replace(/\{\{\s*\$labels\.(\w+)\s*\}\}/g, (_, label: string) => labels[label] ?? '')

function asRecord(node: unknown): Record<string, string> {
  if (!isMap(node)) return {}
  return Object.fromEntries(node.items.map(pair => [String(pair.key), String(pair.value)]))
}
