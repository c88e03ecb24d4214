import * as v from 'valibot'
import type { HeldAlert, Silence, SilenceMatcher } from '../core/alerts/listing.ts'
import type { Labels } from '../core/alerts/matcher.ts'
import { UserError } from '../core/errors.ts'
import { type Ask, ask, unanswered } from './http.ts'

const LabelSet = v.record(v.string(), v.string())
const Alerts = v.array(
  v.object({
    labels: LabelSet,
    annotations: v.optional(LabelSet, {}),
    startsAt: v.string(),
    receivers: v.array(v.object({ name: v.string() })),
    status: v.object({
      state: v.string(),
      silencedBy: v.array(v.string()),
      inhibitedBy: v.array(v.string()),
      mutedBy: v.optional(v.array(v.string()), []),
    }),
    fingerprint: v.string(),
  }),
)
/** Hours are kept by group: the plain list of alerts knows nothing of them. */
const Groups = v.array(v.object({ receiver: v.object({ name: v.string() }), alerts: Alerts }))
const Silences = v.array(
  v.object({
    id: v.string(),
    createdBy: v.string(),
    comment: v.string(),
    endsAt: v.string(),
    status: v.object({ state: v.string() }),
    matchers: v.array(
      v.object({
        name: v.string(),
        value: v.string(),
        isRegex: v.boolean(),
        isEqual: v.optional(v.boolean(), true),
      }),
    ),
  }),
)
const Status = v.object({ config: v.object({ original: v.string() }) })
const Created = v.object({ silenceID: v.string() })

/** What vigie posts as an alert. */
export interface NewAlert {
  readonly labels: Labels
  readonly annotations: Labels
  readonly startsAt: string
  readonly endsAt: string
}

export interface NewSilence {
  readonly matchers: readonly SilenceMatcher[]
  readonly startsAt: string
  readonly endsAt: string
  readonly createdBy: string
  readonly comment: string
}

/** The API of a running Alertmanager. Every call throws a UserError when it does not answer. */
export interface Alertmanager {
  alerts(): Promise<HeldAlert[]>
  silences(): Promise<Silence[]>
  silence(silence: NewSilence): Promise<string>
  post(alerts: readonly NewAlert[]): Promise<void>
  /** The configuration it runs with, secrets hidden. */
  config(): Promise<string>
  metrics(): Promise<string>
}

/** @param base loopback address with the path it is served under */
export function alertmanagerAt(base: string): Alertmanager {
  const call = async (path: string, options: Ask = {}): Promise<string> => {
    const answer = await ask(`${base}${path}`, options)
    if (!answer.ok)
      throw new UserError(`Alertmanager at ${base} cannot be reached: ${unanswered(answer)}.`, {
        hint: 'vigie up   starts it; vigie doctor   says what is wrong',
      })
    if (answer.status >= 300)
      throw new UserError(`Alertmanager answers ${answer.status} to ${path}: ${answer.text.slice(0, 200)}`, {
        hint: 'docker compose logs alertmanager   shows why',
      })
    return answer.text
  }
  const read = async <T>(path: string, schema: v.GenericSchema<unknown, T>, options?: Ask): Promise<T> =>
    v.parse(schema, JSON.parse(await call(path, options)))
  return {
    alerts: async () => heldAlerts(await read('/api/v2/alerts/groups', Groups)),
    silences: () => read('/api/v2/silences', Silences),
    silence: async silence =>
      (await read('/api/v2/silences', Created, { method: 'POST', body: silence })).silenceID,
    post: async alerts => {
      await call('/api/v2/alerts', { method: 'POST', body: alerts })
    },
    config: async () => (await read('/api/v2/status', Status)).config.original,
    metrics: () => call('/metrics'),
  }
}

/** An alert is in a group of every receiver that hears of it. */
function heldAlerts(groups: v.InferOutput<typeof Groups>): HeldAlert[] {
  const all = groups.flatMap(({ receiver, alerts }) => alerts.map(alert => ({ ...alert, receiver })))
  const once = new Map(all.map(alert => [alert.fingerprint, alert]))
  return [...once.values()].map(({ receiver: _last, ...alert }) => ({
    ...alert,
    mutedFor: all
      .filter(({ fingerprint, status }) => fingerprint === alert.fingerprint && status.mutedBy.length > 0)
      .map(({ receiver }) => receiver.name),
  }))
}
