import { samplesOf } from '../exposition.ts'
import type { NotifyLine } from './log.ts'

/** Attempts to reach a receiver since Alertmanager started. */
export interface Attempts {
  readonly made: number
  readonly failed: number
}

/** Counted by receiver, from Alertmanager's own metrics. */
export function attemptsOf(metrics: string, receiver: string): Attempts {
  const total = (name: string): number =>
    samplesOf(metrics, name)
      .filter(sample => sample.labels.receiver_name === receiver)
      .reduce((sum, sample) => sum + sample.value, 0)
  return {
    made: total('alertmanager_notification_requests_total'),
    failed: total('alertmanager_notification_requests_failed_total'),
  }
}

export type Delivery =
  | { readonly state: 'waiting' }
  | { readonly state: 'accepted' }
  | { readonly state: 'refused'; readonly error: string }

/**
 * What became of a message. The log names the group, so that a failure of another alert to the same receiver is not taken
 * for one of the test; success is only counted.
 */
export function judgeDelivery(
  receiver: string,
  before: Attempts,
  now: Attempts,
  lines: readonly NotifyLine[],
  group: string,
): Delivery {
  const succeeded = now.made - before.made - (now.failed - before.failed)
  if (succeeded > 0) return { state: 'accepted' }
  const line = lines.findLast(one => one.receiver === receiver && one.group.includes(group))
  if (line) return { state: 'refused', error: line.error }
  if (lines.length === 0 && now.failed > before.failed)
    return { state: 'refused', error: 'an attempt failed, and the log of Alertmanager does not say why' }
  return { state: 'waiting' }
}
