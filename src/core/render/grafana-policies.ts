import { type OfficeHours, weekdays } from '../alerts/config.ts'
import { fileReference } from '../alerts/integration.ts'
import { parseMatcher } from '../alerts/matcher.ts'
import { HEARTBEAT, type Receiver } from '../alerts/receivers.ts'
import { routeBlocks } from '../alerts/routing.ts'
import type { Stack } from '../stack.ts'
import { literal, provisioningFile } from './provisioning.ts'

const NEVER = 'never'
const OFFICE = 'office-hours'
type Route = Readonly<Record<string, unknown>>

/** contact-points.yml: where Grafana can send to. */
export function renderContactPoints(stack: Stack): string {
  const heartbeat = stack.config.alerts.deadManSwitch
  const points = [
    ...stack.receivers.map(({ name, integration }) => contactPoint(name, { ...integration })),
    ...(heartbeat
      ? [
          contactPoint(HEARTBEAT, {
            type: 'webhook',
            disableResolveMessage: true,
            settings: { url: fileReference(heartbeat.urlFile) },
          }),
        ]
      : []),
  ]
  return provisioningFile({ contactPoints: points })
}

const contactPoint = (name: string, receiver: object): object => ({
  orgId: 1,
  name: literal(name),
  receivers: [{ uid: `vigie-${name}`.slice(0, 40), ...receiver }],
})

/**
 * policies.yml: who hears of what, as alertmanager.yml has it. Grafana knows no receiver without a channel: what nobody wants
 * to hear of goes to a route that is always muted. Undefined where there is nobody to send to.
 */
export function renderPolicies(stack: Stack): string | undefined {
  const { deadManSwitch: heartbeat, officeHours } = stack.config.alerts
  const [first] = [...stack.receivers.map(one => one.name), ...(heartbeat ? [HEARTBEAT] : [])]
  if (first === undefined) return undefined
  const watchdog = { object_matchers: [['alertname', '=', 'Watchdog']] }
  const routes: Route[] = [
    heartbeat
      ? { ...watchdog, receiver: HEARTBEAT, group_wait: '0s', group_interval: '1m', repeat_interval: '1m' }
      : { ...watchdog, mute_time_intervals: [NEVER] },
    ...routeBlocks(stack).map(block => ({
      object_matchers: block.matchers.flatMap(objectMatcher),
      ...(block.urgent ? { group_wait: '10s', group_interval: '1m', repeat_interval: '1h' } : {}),
      routes: block.receivers.map(hearing),
    })),
    { object_matchers: [['alertname', '=~', '.+']], mute_time_intervals: [NEVER] },
  ]
  const root = {
    orgId: 1,
    receiver: literal(first),
    group_by: ['alertname', 'job'],
    group_wait: '30s',
    group_interval: '5m',
    repeat_interval: '4h',
    routes,
  }
  return provisioningFile({ muteTimes: muteTimes(officeHours), policies: [root] })
}

function muteTimes(officeHours: OfficeHours | undefined): object[] {
  const always = { orgId: 1, name: NEVER, time_intervals: [{ weekdays: ['sunday:saturday'] }] }
  if (officeHours === undefined) return [always]
  const { from, to, timezone } = officeHours
  const hours = {
    weekdays: weekdays(officeHours),
    times: [{ start_time: from, end_time: to }],
    location: timezone,
  }
  return [always, { orgId: 1, name: OFFICE, time_intervals: [hours] }]
}

const hearing = ({ name, when }: Receiver): Route => ({
  receiver: literal(name),
  ...(when === 'office' ? { active_time_intervals: [OFFICE] } : {}),
  ...(when === 'outside' ? { mute_time_intervals: [OFFICE] } : {}),
  continue: true,
})

function objectMatcher(text: string): string[][] {
  const matcher = parseMatcher(text)
  return matcher ? [[matcher.name, matcher.operator, literal(matcher.value)]] : []
}
