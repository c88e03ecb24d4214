import type { Target } from '../stack.ts'
import type { ObjectiveRule } from './objectives.ts'
import type { RecordingRule } from './rules.ts'

/** Where applications send OTLP to, inside the Compose network. */
export const OTLP_URL = 'http://prometheus:9090/api/v1/otlp'

/** Whether an application sends its metrics to Prometheus; nothing is scraped then. */
export const pushes = (target: Target): boolean => target.settings.push === true

/**
 * Which series are this service's own. What arrives by OTLP has the job that the sender calls itself, `service.name` with
 * `service.namespace` before it, and no other label of ours.
 */
export const ownMatchers = (target: Target): string[] =>
  pushes(target)
    ? [`job=~"(.+/)?${target.name.replaceAll('.', '\\\\.')}"`, 'service=""']
    : [`job="${target.module.id}"`, `service="${target.name}"`]

/** The rules of a service that pushes, with the labels that those of a scraped one take from its target. */
export function labelled(target: Target, rules: readonly RecordingRule[]): ObjectiveRule[] {
  return rules.map(rule => ({ ...rule, labels: { job: target.module.id, service: target.name } }))
}

/** Nothing scrapes it, so that it is up is that something of it arrives. */
export const arrivalRule = (target: Target): RecordingRule => ({
  record: 'up',
  expr: `max by (instance) (target_info{${ownMatchers(target).join(', ')}})`,
})
