import { type Finding, names, plural, say } from './finding.ts'

export interface RuleState {
  readonly name: string
  readonly group: string
  readonly kind: 'alerting' | 'recording'
  readonly health: string
  readonly lastError: string
  readonly firing: boolean
  readonly services: readonly string[]
}

/** Are rules loaded and evaluated, and what fires? Undefined: Prometheus does not answer. */
export function judgeRules(rules: readonly RuleState[] | undefined): Finding[] {
  const { ok, warn, fail, unseen } = say('rules')
  if (rules === undefined) return [unseen('No rule can be seen without Prometheus.')]
  if (rules.length === 0)
    return [
      fail('Prometheus has no rule, so nothing can fire.', {
        next: 'make reload   where they are in prometheus/rules, else  vigie restore prometheus/rules/stack.yml  and so on first',
        fix: 'reload',
      }),
    ]
  const broken = rules.filter(rule => rule.health === 'err')
  const findings = broken.map(rule =>
    fail(`The rule ${rule.name} cannot be evaluated: ${rule.lastError}`, {
      next: `It stands in the group ${rule.group}; mend it or  vigie restore  its file.`,
    }),
  )
  if (broken.length === 0) findings.push(ok(`${plural(rules.length, 'rule')} loaded, all of them healthy.`))
  const firing = rules.filter(rule => rule.firing && rule.name !== 'Watchdog')
  for (const rule of firing)
    findings.push(
      warn(`${rule.name} is firing${rule.services.length > 0 ? ` on ${names(rule.services)}` : ''}.`, {
        next: 'vigie alerts list   says since when and who hears of it',
        ...(rule.services.length === 1 ? { about: rule.services[0] } : {}),
      }),
    )
  if (!rules.some(rule => rule.name === 'Watchdog'))
    findings.push(
      warn('There is no Watchdog, which shows that alerting works.', {
        next: 'vigie restore prometheus/rules/prometheus.yml',
      }),
    )
  return findings
}
