import type { RecordingRule } from '../requests/rules.ts'
import { yamlScalar } from './scalar.ts'

/** Recording rules that are evaluated one after the other. */
export interface RuleGroup {
  readonly name: string
  readonly interval?: string
  readonly rules: readonly (RecordingRule & { readonly labels?: Readonly<Record<string, string>> })[]
}

/** The items of `groups:` in a rule file. Expressions stand in blocks, so that they need no quotes. */
export function ruleGroups(groups: readonly RuleGroup[]): string {
  return groups
    .flatMap(({ name, interval, rules }) => [
      `  - name: ${yamlScalar(name)}`,
      ...(interval === undefined ? [] : [`    interval: ${interval}`]),
      '    rules:',
      ...rules.flatMap(ruleLines),
    ])
    .map(line => `${line}\n`)
    .join('')
}

function ruleLines({ record, expr, labels = {} }: RuleGroup['rules'][number]): string[] {
  const pairs = Object.entries(labels).map(([label, value]) => `          ${label}: ${yamlScalar(value)}`)
  return [
    `      - record: ${record}`,
    '        expr: |-',
    ...expr.split('\n').map(line => `          ${line}`),
    ...(pairs.length === 0 ? [] : ['        labels:', ...pairs]),
  ]
}
