import type { Attempts } from '../alerts/delivery.ts'
import { nextStep } from '../alerts/failure.ts'
import { shortTime } from '../alerts/listing.ts'
import type { Receiver } from '../alerts/receivers.ts'
import { publicUrl } from '../render/context.ts'
import type { Stack } from '../stack.ts'
import { type Finding, names, plural, say } from './finding.ts'
import type { BroadSilence } from './reach.ts'

/** Attempts to reach one receiver since Alertmanager started, and what it answered last when it refused. */
export interface ReceiverState {
  readonly name: string
  readonly made: number
  readonly failed: number
  /** Notifications of the last half hour; undefined without Prometheus. */
  readonly lately: Attempts | undefined
  readonly lastError: string | undefined
}

export interface AlertFacts {
  readonly output: string
  readonly receivers: readonly Receiver[]
  readonly heartbeat: boolean
  /** Undefined when Alertmanager does not answer, with the reason. */
  readonly states: readonly ReceiverState[] | undefined
  readonly trouble: string
  /** How many Alertmanagers Prometheus knows; undefined without Prometheus. */
  readonly known: number | undefined
  /** Addresses of those that took nothing of what Prometheus sent in the last minutes. */
  readonly unreached: readonly string[]
  /** Receivers that the running configuration has. */
  readonly running: readonly string[]
  /** Severities that its routes lead to nobody. */
  readonly unheard: readonly string[]
  readonly silences: readonly BroadSilence[]
  /** Secrets that are other than those in the container: it keeps the file it started with. */
  readonly oldSecrets: readonly string[]
}

/** Does an alert find its way to people? */
export function judgeAlerts(facts: AlertFacts): Finding[] {
  const { ok, fail } = say('alerts')
  const findings: Finding[] = []
  if (facts.states === undefined)
    findings.push(
      fail(`Alertmanager does not answer: ${facts.trouble}. No alert reaches anybody.`, {
        about: 'alertmanager',
        next: 'vigie up',
        fix: 'up',
      }),
    )
  if (facts.known === 0)
    findings.push(
      fail('Prometheus knows no Alertmanager, so its alerts go nowhere.', {
        about: 'prometheus',
        next: 'vigie restore prometheus/prometheus.yml   brings  alerting:  back',
      }),
    )
  if (facts.states !== undefined && facts.unreached.length > 0)
    findings.push(
      fail(`Prometheus cannot send to ${names(facts.unreached)}, so its alerts go nowhere.`, {
        about: 'prometheus',
        next: `vigie logs prometheus   says why; the address stands below  alerting:  in ${facts.output}/prometheus/prometheus.yml`,
      }),
    )
  if (facts.oldSecrets.length > 0)
    findings.push(
      fail(`Alertmanager still has the old ${names(facts.oldSecrets)}: the file was replaced while it ran.`, {
        about: 'alertmanager',
        next: 'docker compose restart alertmanager',
      }),
    )
  findings.push(...judgeReceivers(facts), ...(facts.states ?? []).flatMap(state => judgeState(facts, state)))
  findings.push(...facts.silences.map(judgeSilence), ...judgeHeartbeat(facts.heartbeat))
  if (findings.some(one => one.verdict === 'fail')) return findings
  const sent = (facts.states ?? []).reduce((sum, one) => sum + one.made, 0)
  return [
    ok(
      `Alertmanager answers; ${plural(facts.receivers.length, 'receiver')}, ${plural(sent, 'notification')} since it started.`,
    ),
    ...findings,
  ]
}

/** Where Grafana sends, its own pages say whether alerts arrive. */
export function judgeGrafanaAlerts(stack: Stack): Finding[] {
  const { unseen } = say('alerts')
  const { receivers } = stack
  return [
    unseen('Grafana sends the alerts of this stack, and does not tell vigie whether they arrive.', {
      about: 'grafana',
      next: `${publicUrl(stack, 'grafana')}/alerting/notifications   tests who is told`,
    }),
    ...judgeReceivers({ receivers, states: undefined, running: [], unheard: [] }),
    ...judgeHeartbeat(stack.config.alerts.deadManSwitch !== undefined),
  ]
}

function judgeSilence({ silence, covers }: BroadSilence): Finding {
  const { id, createdBy, comment, endsAt } = silence
  const who = createdBy === '' ? 'Somebody' : createdBy
  return say('alerts').warn(`${who} silenced ${names(covers)} until ${shortTime(endsAt)}: ${comment}`, {
    about: 'alertmanager',
    next: `docker compose exec alertmanager amtool --alertmanager.url=http://localhost:9093 silence expire ${id}   ends it`,
  })
}

function judgeHeartbeat(heartbeat: boolean): Finding[] {
  if (heartbeat) return []
  return [
    say('alerts').warn('There is no dead man’s switch: nobody notices when this machine itself dies.', {
      next: 'alerts: { deadManSwitch: { urlFile: heartbeat_url } } in vigie.yaml, then  vigie generate --apply',
    }),
  ]
}

function judgeReceivers({
  receivers,
  states,
  running,
  unheard,
}: Pick<AlertFacts, 'receivers' | 'states' | 'running' | 'unheard'>): Finding[] {
  const { fail, warn } = say('alerts')
  if (receivers.length === 0)
    return [
      fail('No receiver is configured: alerts fire and nobody hears of them.', {
        next: 'alerts: { receivers: [{ slack: { channel: "#ops" } }] } in vigie.yaml, then  vigie generate --apply',
      }),
    ]
  const findings: Finding[] = []
  const missing = receivers
    .map(one => one.name)
    .filter(name => states !== undefined && !running.includes(name))
  if (missing.length > 0)
    findings.push(
      fail(`Alertmanager runs without ${names(missing)}: it has not loaded the new configuration.`, {
        next: 'make reload',
        fix: 'reload',
      }),
    )
  const takes = (severity: string): boolean =>
    receivers.some(one => one.team === undefined && one.severities.includes(severity))
  const astray = unheard.filter(takes)
  if (astray.length > 0 && missing.length === 0)
    findings.push(
      fail(`The routes that Alertmanager runs with lead ${names(astray)} alerts to nobody.`, {
        about: 'alertmanager',
        next: 'vigie diff --edits   shows what was changed in alertmanager/alertmanager.yml; mend it, then  make reload',
      }),
    )
  const deaf = ['critical', 'warning'].filter(severity => !takes(severity))
  if (deaf.length > 0)
    findings.push(
      warn(`No receiver takes ${names(deaf)} alerts.`, {
        next: 'Add it to the  severities:  of a receiver in vigie.yaml.',
      }),
    )
  return findings
}

/** Both counts are extrapolated, and so may differ by a hair. */
const ALL = 0.99

function judgeState(
  { receivers, output }: AlertFacts,
  { name, made, failed, lately, lastError }: ReceiverState,
): Finding[] {
  if (failed === 0) return []
  // One that is still being tried counts as made, and not yet as failed.
  const tried = lately !== undefined && lately.made > 0
  const { fail, warn } = say('alerts')
  const secrets = receivers.find(one => one.name === name)?.secrets ?? []
  const files =
    name === 'heartbeat'
      ? [`${output}/secrets/heartbeat_url`]
      : secrets.map(one => `${output}/secrets/${one.file}`)
  const why = lastError ?? 'its log is gone'
  const next = lastError === undefined ? `vigie alerts test --receiver ${name}` : nextStep(lastError, files)
  if (tried && lately.failed >= lately.made * ALL && failed < made)
    return [fail(`Nothing reaches ${name} any more: it took nothing in the last half hour. ${why}`, { next })]
  return [
    failed >= made
      ? fail(`Nothing reaches ${name}: ${plural(failed, 'attempt')} failed. ${why}`, { next })
      : warn(`${failed} of ${made} attempts to reach ${name} failed. ${why}`, { next }),
  ]
}
