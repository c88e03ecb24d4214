import { attemptsOf, type Delivery, judgeDelivery } from '../../core/alerts/delivery.ts'
import type { HeldAlert } from '../../core/alerts/listing.ts'
import { failedAttempts } from '../../core/alerts/log.ts'
import type { Labels } from '../../core/alerts/matcher.ts'
import { heardBy, parseRouting } from '../../core/alerts/route-tree.ts'
import { UserError } from '../../core/errors.ts'
import type { Alertmanager } from '../../io/alertmanager.ts'

export interface TestAlert {
  /** Tells this test from every other one; part of its labels. */
  readonly id: string
  readonly labels: Labels
  readonly annotations: Labels
}

/** What became of the test alert at one receiver. */
export interface Outcome {
  readonly receiver: string
  readonly verdict: 'accepted' | 'refused' | 'held back' | 'no answer'
  readonly seconds: number
  readonly why: string | undefined
}

export interface Patience {
  /** How long a receiver may take to say anything. */
  readonly seconds: number
  /** How long a refusal may be tried again before it counts; Alertmanager does that by itself. */
  readonly grace: number
}

/** Longer than any group_wait: an alert that is as old as this goes out at once. */
const AGE = 10 * 60_000
const POLL = 500

/**
 * Sends the alert through a running Alertmanager, follows it until every receiver has spoken, and resolves it.
 * @param logSince Alertmanager's log from a time on
 * @throws UserError when Alertmanager does not answer, or when nobody would hear of the alert
 */
export async function deliver(
  api: Alertmanager,
  alert: TestAlert,
  logSince: (time: Date) => Promise<string>,
  patience: Patience,
): Promise<Outcome[]> {
  const hits = heardBy(parseRouting(await api.config(), 'alertmanager.yml'), alert.labels)
  if (hits.length === 0) throw nobodyHears(alert.labels)
  const start = new Date()
  const before = await api.metrics()
  const shared: Alertmanager = {
    ...api,
    metrics: together(() => api.metrics()),
    alerts: together(() => api.alerts()),
  }
  const log = together(() => logSince(start))
  const body = { labels: alert.labels, annotations: alert.annotations }
  const startsAt = new Date(start.getTime() - AGE).toISOString()
  await api.post([{ ...body, startsAt, endsAt: new Date(start.getTime() + AGE).toISOString() }])
  try {
    const receivers = [...new Set(hits.map(hit => hit.receiver))]
    return await Promise.all(receivers.map(name => follow(shared, alert, name, before, start, log, patience)))
  } finally {
    await api.post([{ ...body, startsAt, endsAt: new Date().toISOString() }])
  }
}

/** One request for all who ask at the same time: Alertmanager answers eight at once, and refuses more. */
function together<T>(request: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined
  return () => {
    running ??= request().finally(() => {
      running = undefined
    })
    return running
  }
}

async function follow(
  api: Alertmanager,
  alert: TestAlert,
  receiver: string,
  before: string,
  start: Date,
  log: () => Promise<string>,
  patience: Patience,
): Promise<Outcome> {
  const elapsed = (): number => (Date.now() - start.getTime()) / 1000
  const outcome = (verdict: Outcome['verdict'], why?: string): Outcome => ({
    receiver,
    verdict,
    seconds: elapsed(),
    why,
  })
  const holder = async (): Promise<string | undefined> =>
    heldBack(
      (await api.alerts()).find(one => one.labels.job === alert.labels.job),
      receiver,
    )
  let refusedAt: number | undefined
  let last: Delivery = { state: 'waiting' }
  let accepted = 0
  while (elapsed() < patience.seconds) {
    const metrics = await api.metrics()
    const now = attemptsOf(metrics, receiver)
    const earlier = attemptsOf(before, receiver)
    const lines = now.failed > earlier.failed ? failedAttempts(await log()) : []
    const delivery = judgeDelivery(receiver, earlier, now, lines, alert.id)
    // Read twice: a failed attempt is counted as made a moment before it is counted as failed.
    if (delivery.state === 'accepted' && ++accepted > 1) return outcome('accepted')
    if (delivery.state === 'refused') {
      last = delivery
      refusedAt ??= elapsed()
      if (elapsed() - refusedAt > patience.grace) break
    }
    const held = delivery.state === 'waiting' && elapsed() > patience.grace ? await holder() : undefined
    if (held !== undefined) return outcome('held back', held)
    await new Promise(resolve => setTimeout(resolve, POLL))
  }
  return last.state === 'refused'
    ? outcome('refused', last.error)
    : outcome('no answer', `no answer within ${patience.seconds} s`)
}

/** Why Alertmanager has not even tried. */
function heldBack(alert: HeldAlert | undefined, receiver: string): string | undefined {
  if (alert === undefined) return undefined
  if (alert.status.silencedBy.length > 0) return 'a silence covers the test alert'
  if (alert.status.inhibitedBy.length > 0) return 'another alert holds it back'
  return alert.mutedFor.includes(receiver) ? 'it is outside of the hours of this receiver' : undefined
}

function nobodyHears(labels: Labels): UserError {
  return new UserError(`Nobody hears of severity ${labels.severity}.`, {
    hint: 'Receivers stand in vigie.yaml below alerts:; after a change run  vigie generate --apply.',
    exitCode: 1,
  })
}
