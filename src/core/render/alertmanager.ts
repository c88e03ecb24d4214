import { stringify } from 'yaml'
import { OWN_PREFIX, SECRETS_MOUNT } from '../conventions.ts'
import type { Stack } from '../stack.ts'
import { type CompiledTemplate, indent, type TemplateEngine } from './templates.ts'

const HEARTBEAT = 'heartbeat'

/** alertmanager.yml: who hears of what. `nobody` is a receiver without a channel. */
export function renderAlertmanager(stack: Stack, template: CompiledTemplate, engine: TemplateEngine): string {
  const heartbeat = stack.config.alerts.deadManSwitch
  return engine.render(template, {
    watchdogReceiver: heartbeat ? HEARTBEAT : 'nobody',
    routes: stack.receivers.flatMap(receiver =>
      receiver.severities.map(severity => ({
        matcher: `severity="${severity}"`,
        receiver: receiver.name,
        urgent: severity === 'critical',
      })),
    ),
    receivers: [
      ...stack.receivers.map(receiver => ({
        name: receiver.name,
        block: receiver.block,
        body: body(receiver.settings),
      })),
      ...(heartbeat
        ? [
            {
              name: HEARTBEAT,
              block: 'webhook_configs',
              body: body({
                url_file: `${SECRETS_MOUNT}/${OWN_PREFIX}${heartbeat.urlFile}`,
                send_resolved: false,
              }),
            },
          ]
        : []),
    ],
  })
}

const body = (settings: Readonly<Record<string, unknown>>): string =>
  indent(
    stringify([settings], {
      lineWidth: 0,
      defaultStringType: 'QUOTE_DOUBLE',
      defaultKeyType: 'PLAIN',
    }).trimEnd(),
    6,
  )
