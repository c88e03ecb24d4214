import type { Silence } from '../alerts/listing.ts'
import { type Labels, matches } from '../alerts/matcher.ts'
import { heardBy, type Routing } from '../alerts/route-tree.ts'

/** Severities that people are to hear of. */
const HEARD = ['critical', 'warning'] as const

/** Any alert of any service: what holds for it holds for all. */
const anyAlert = (severity: string): Labels => ({
  alertname: 'Any',
  severity,
  service: 'any',
  job: 'any',
  instance: 'any',
})

/** Takes what Alertmanager runs with, returns the severities whose alerts end at nobody there. */
export const unheard = (routing: Routing): string[] =>
  HEARD.filter(severity => heardBy(routing, anyAlert(severity)).length === 0)

/** A silence that is no exception but the rule. */
export interface BroadSilence {
  readonly silence: Silence
  /** `critical alert`, `warning alert`, `the Watchdog`. */
  readonly covers: readonly string[]
}

/** Takes Alertmanager's silences, returns those that keep whole severities, or the heartbeat, from everybody. */
export function broadSilences(silences: readonly Silence[], heartbeat: boolean): BroadSilence[] {
  const alerts: readonly (readonly [string, Labels])[] = [
    ...HEARD.map(severity => [`every ${severity} alert`, anyAlert(severity)] as const),
    ...(heartbeat ? [['the Watchdog', { alertname: 'Watchdog', severity: 'none' }] as const] : []),
  ]
  return silences
    .filter(one => one.status.state === 'active')
    .map(silence => ({
      silence,
      covers: alerts.filter(([, labels]) => covers(silence, labels)).map(([name]) => name),
    }))
    .filter(one => one.covers.length > 0)
}

function covers({ matchers }: Silence, labels: Labels): boolean {
  return matchers.every(({ name, value, isRegex, isEqual }) => {
    const operator = isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!='
    return matches({ name, operator, value, text: '' }, labels)
  })
}
