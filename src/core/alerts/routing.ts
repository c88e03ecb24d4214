import type { Stack, Target } from '../stack.ts'
import type { Receiver } from './receivers.ts'

/** Alerts of one severity that go to the same people. */
export interface RouteBlock {
  readonly comment: string
  readonly matchers: readonly string[]
  readonly urgent: boolean
  readonly receivers: readonly Receiver[]
}

/** A rule that names no severity is no page, but it must not vanish either. */
const SEVERITY_MATCHERS = {
  critical: 'severity="critical"',
  warning: 'severity!~"critical|info|none"',
  info: 'severity="info"',
} as const

/** The alert of `vigie alerts test`. */
export const TEST_ALERT = 'VigieTest'

/**
 * Who hears of what, in the order in which Alertmanager asks: a team's receivers take what its services report, everybody
 * else's take the rest. A severity that no receiver of the team takes falls through to the others.
 */
export function routeBlocks(stack: Stack): RouteBlock[] {
  const teams = [
    ...new Set(stack.receivers.flatMap(one => (one.team === undefined ? [] : [one.team]))),
  ].sort()
  return [
    ...teams.flatMap(team => {
      const services = servicesOf(stack, team)
      const own = stack.receivers.filter(one => one.team === team)
      return services.length === 0 ? [] : bySeverity(own, [serviceMatcher(services)], `Team ${team}, `)
    }),
    ...bySeverity(
      stack.receivers.filter(one => one.team === undefined),
      [],
      '',
    ),
  ]
}

function bySeverity(receivers: readonly Receiver[], matchers: readonly string[], who: string): RouteBlock[] {
  return (['critical', 'warning', 'info'] as const).flatMap(severity => {
    const hearing = receivers.filter(one => one.severities.includes(severity))
    if (hearing.length === 0) return []
    const comment = `${who}${severity}${severity === 'warning' ? ', and rules that name no severity' : ''}.`
    return [
      {
        comment: comment.charAt(0).toUpperCase() + comment.slice(1),
        matchers: [...matchers, SEVERITY_MATCHERS[severity]],
        urgent: severity === 'critical',
        receivers: hearing,
      },
    ]
  })
}

/** Values of the label `service` that belong to a team: its services, their containers and their exporters. */
function servicesOf(stack: Stack, team: string): string[] {
  const names = (target: Target): (string | undefined)[] => [
    target.name,
    target.container,
    target.exporter?.name,
  ]
  const owned = stack.targets.filter(target => target.owner === team).flatMap(names)
  return [...new Set(owned.filter(name => name !== undefined))].sort()
}

const serviceMatcher = (names: readonly string[]): string =>
  names.length === 1
    ? `service="${names[0]}"`
    : `service=~"${names.map(name => name.replaceAll('.', '\\\\.')).join('|')}"`
