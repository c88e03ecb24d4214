import { stringify } from 'yaml'
import { weekdays } from '../alerts/config.ts'
import { HEARTBEAT, NOBODY, type Receiver } from '../alerts/receivers.ts'
import { routeBlocks, TEST_ALERT } from '../alerts/routing.ts'
import { OWN_PREFIX, SECRETS_MOUNT } from '../conventions.ts'
import type { Stack } from '../stack.ts'
import { type CompiledTemplate, indent, type TemplateEngine } from './templates.ts'

/** alertmanager.yml: who hears of what. `nobody` is a receiver without a channel. */
export function renderAlertmanager(stack: Stack, template: CompiledTemplate, engine: TemplateEngine): string {
  const { deadManSwitch: heartbeat, officeHours } = stack.config.alerts
  return engine.render(template, {
    watchdogReceiver: heartbeat ? HEARTBEAT : NOBODY,
    tests: stack.receivers.map(({ name }) => ({
      matchers: list([`alertname="${TEST_ALERT}"`, `receiver="${name}"`]),
      receiver: name,
    })),
    blocks: routeBlocks(stack).map(block => ({
      ...block,
      matchers: list(block.matchers),
      receivers: block.receivers.map(({ name, when }) => ({ name, interval: INTERVAL_KEYS[when] })),
    })),
    hours: officeHours && { ...officeHours, days: weekdays(officeHours) },
    receivers: [
      ...stack.receivers.map(({ name, block, settings }) => ({ name, block, body: body(settings) })),
      ...(heartbeat ? [heartbeatReceiver(heartbeat.urlFile)] : []),
    ],
  })
}

/** How a route says when its receiver wants to hear. */
const INTERVAL_KEYS: Readonly<Record<Receiver['when'], string>> = {
  always: '',
  office: 'active_time_intervals',
  outside: 'mute_time_intervals',
}

/** Matchers are full of double quotes: single ones around them keep them readable. */
const list = (matchers: readonly string[]): string =>
  `[${matchers.map(matcher => `'${matcher.replaceAll("'", "''")}'`).join(', ')}]`

const heartbeatReceiver = (file: string): { name: string; block: string; body: string } => ({
  name: HEARTBEAT,
  block: 'webhook_configs',
  body: body({ url_file: `${SECRETS_MOUNT}/${OWN_PREFIX}${file}`, send_resolved: false }),
})

const body = (settings: Readonly<Record<string, unknown>>): string =>
  indent(
    stringify([settings], {
      lineWidth: 0,
      defaultStringType: 'QUOTE_DOUBLE',
      defaultKeyType: 'PLAIN',
    }).trimEnd(),
    6,
  )
