import type { Labels } from './matcher.ts'

/** An alert as Alertmanager's API tells it. */
export interface HeldAlert {
  readonly labels: Labels
  readonly annotations: Labels
  readonly startsAt: string
  readonly receivers: readonly { readonly name: string }[]
  readonly status: {
    readonly state: string
    readonly silencedBy: readonly string[]
    readonly inhibitedBy: readonly string[]
  }
  /** Receivers that do not hear of it now, because of their hours. */
  readonly mutedFor: readonly string[]
  readonly fingerprint: string
}

export interface SilenceMatcher {
  readonly name: string
  readonly value: string
  readonly isRegex: boolean
  readonly isEqual: boolean
}

export interface Silence {
  readonly id: string
  readonly status: { readonly state: string }
  readonly matchers: readonly SilenceMatcher[]
  readonly createdBy: string
  readonly comment: string
  readonly endsAt: string
}

/** What `vigie alerts list` says of one alert. */
export interface AlertRow {
  readonly alert: string
  readonly severity: string
  readonly service: string
  readonly since: string
  readonly state: string
  readonly receivers: readonly string[]
  readonly summary: string
}

const RANK = ['critical', 'warning', 'info', 'none']

/** The worst first, then the oldest. */
export function alertRows(
  alerts: readonly HeldAlert[],
  silences: readonly Silence[],
  channels: readonly string[],
): AlertRow[] {
  return [...alerts]
    .sort((a, b) => rank(a) - rank(b) || a.startsAt.localeCompare(b.startsAt))
    .map(alert => ({
      alert: alert.labels.alertname ?? '',
      severity: alert.labels.severity ?? '',
      service: alert.labels.service ?? '',
      since: alert.startsAt,
      state: stateOf(alert, alerts, silences, channels),
      receivers: hearing(alert, channels),
      summary: alert.annotations.summary ?? '',
    }))
}

const rank = (alert: HeldAlert): number => (RANK.indexOf(alert.labels.severity ?? '') + 5) % 5

const hearing = (alert: HeldAlert, channels: readonly string[]): string[] =>
  alert.receivers.map(one => one.name).filter(name => channels.includes(name))

function stateOf(
  alert: HeldAlert,
  all: readonly HeldAlert[],
  silences: readonly Silence[],
  channels: readonly string[],
): string {
  const { silencedBy, inhibitedBy } = alert.status
  const silence = silences.find(one => silencedBy.includes(one.id))
  if (silence)
    return `silenced by ${silence.createdBy || 'somebody'} until ${shortTime(silence.endsAt)}: ${silence.comment}`
  const source = all.find(one => inhibitedBy.includes(one.fingerprint))
  if (source)
    return `held back by ${source.labels.alertname}${source.labels.service ? ` on ${source.labels.service}` : ''}`
  const muted = hearing(alert, channels).filter(name => alert.mutedFor.includes(name))
  return muted.length > 0 ? `firing, outside of the hours of ${muted.join(', ')}` : 'firing'
}

/** `2026-11-21 16:04 UTC` */
export const shortTime = (iso: string): string =>
  `${new Date(iso).toISOString().slice(0, 16).replace('T', ' ')} UTC`
