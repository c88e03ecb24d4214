import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { type Attempts, attemptsOf } from '../core/alerts/delivery.ts'
import { failedAttempts } from '../core/alerts/log.ts'
import { HEARTBEAT } from '../core/alerts/receivers.ts'
import { withoutSecrets } from '../core/alerts/redact.ts'
import { parseRouting } from '../core/alerts/route-tree.ts'
import { OWN_PREFIX, SECRETS_MOUNT } from '../core/conventions.ts'
import type { AlertFacts } from '../core/doctor/alerts.ts'
import type { Container } from '../core/doctor/containers.ts'
import { broadSilences, unheard } from '../core/doctor/reach.ts'
import { localUrl } from '../core/local-url.ts'
import type { Stack } from '../core/stack.ts'
import { alertmanagerAt } from '../io/alertmanager.ts'
import type { Prometheus } from '../io/prometheus.ts'
import { secretTexts } from './files.ts'
import { tryDocker } from './run.ts'

/** Long enough to hold several tries at every group_interval. */
const LATELY = '30m'

const Known = v.object({ activeAlertmanagers: v.array(v.object({ url: v.string() })) })

/** What Alertmanager did so far, and what its receivers answered. */
export async function alertFacts(
  stack: Stack,
  prometheus: Prometheus,
  container: Container | undefined,
  root: string,
): Promise<AlertFacts> {
  const known = (await prometheus.get('alertmanagers', Known))?.activeAlertmanagers.map(one => one.url)
  const heartbeat = stack.config.alerts.deadManSwitch !== undefined
  const common = {
    oldSecrets: await oldSecrets(stack, container, root),
    output: stack.config.output,
    receivers: stack.receivers,
    heartbeat,
    known: known?.length,
    unreached: await readUnreached(prometheus, known ?? []),
  }
  const api = alertmanagerAt(localUrl(stack, 'alertmanager'))
  try {
    const [config, silences, metrics, log, lately] = await Promise.all([
      api.config(),
      api.silences(),
      api.metrics(),
      recentLog(container, root),
      readLately(prometheus),
    ])
    const failures = failedAttempts(withoutSecrets(log, secretTexts(root, stack)))
    const names = [...stack.receivers.map(one => one.name), ...(heartbeat ? [HEARTBEAT] : [])]
    const states = names.map(name => ({
      name,
      ...attemptsOf(metrics, name),
      lately: lately?.(name),
      lastError: failures.findLast(line => line.receiver === name)?.error,
    }))
    const routing = parseRouting(config, 'alertmanager.yml')
    return {
      ...common,
      states,
      trouble: '',
      running: routing.receivers,
      unheard: unheard(routing),
      silences: broadSilences(silences, heartbeat),
    }
  } catch (error) {
    const trouble =
      error instanceof Error ? error.message.replace(/^.*cannot be reached: /, '').replace(/\.$/, '') : ''
    return { ...common, states: undefined, trouble, running: [], unheard: [], silences: [] }
  }
}

/** Nothing of what was sent there arrived; an address that was corrected since is not spoken of. */
async function readUnreached(prometheus: Prometheus, known: readonly string[]): Promise<string[]> {
  const increase = (metric: string): string =>
    `sum by (alertmanager) (increase(prometheus_notifications_${metric}_total{job="prometheus"}[3m]))`
  const failing = await prometheus.query(`${increase('errors')} > 0.99 * ${increase('sent')} > 0`)
  const urls = (failing ?? []).map(one => one.labels.alertmanager ?? '')
  return known.filter(url => urls.includes(url)).map(url => url.replace(/\/api\/v\d\/alerts$/, ''))
}

/** Notifications of the last half hour by receiver, as Prometheus saw them. */
async function readLately(prometheus: Prometheus): Promise<((name: string) => Attempts) | undefined> {
  const increase = (metric: string) =>
    prometheus.query(`sum by (receiver_name) (increase(${metric}{job="alertmanager"}[${LATELY}]))`)
  const [made, failed] = await Promise.all([
    increase('alertmanager_notifications_total'),
    increase('alertmanager_notifications_failed_total'),
  ])
  if (!made || !failed) return undefined
  const of = (samples: typeof made, name: string): number =>
    samples.find(one => one.labels.receiver_name === name)?.value ?? 0
  return name => ({ made: of(made, name), failed: of(failed, name) })
}

/** Compared by digest, so that no secret leaves its file. */
async function oldSecrets(stack: Stack, container: Container | undefined, root: string): Promise<string[]> {
  const files = [...new Set(stack.receivers.flatMap(one => one.secrets.map(secret => secret.file)))]
  if (container?.state !== 'running' || files.length === 0) return []
  const paths = files.map(file => `${SECRETS_MOUNT}/${OWN_PREFIX}${file}`)
  const ran = await tryDocker(['exec', container.name, 'sha256sum', ...paths], root)
  return files.filter((file, index) => {
    const inside = ran.stdout
      .split('\n')
      .find(line => line.endsWith(` ${paths[index]}`))
      ?.slice(0, 64)
    const outside = digestOf(join(root, stack.config.output, 'secrets', file))
    return inside !== undefined && outside !== undefined && inside !== outside
  })
}

function digestOf(file: string): string | undefined {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex')
  } catch {
    return undefined
  }
}

async function recentLog(container: Container | undefined, root: string): Promise<string> {
  if (container === undefined) return ''
  const ran = await tryDocker(['logs', '--tail', '500', container.name], root)
  return `${ran.stdout}\n${ran.stderr}`
}
