import type { Check, ConfigFacts } from '../core/doctor/config.ts'
import type { Container } from '../core/doctor/containers.ts'
import { samplesOf } from '../core/exposition.ts'
import { localUrl } from '../core/local-url.ts'
import { hasAlertmanager, type Stack } from '../core/stack.ts'
import { ask } from '../io/http.ts'
import { lastLine, tryDocker } from './run.ts'

const CHECKS = {
  prometheus: ['promtool', 'check', 'config', '/etc/prometheus/prometheus.yml'],
  alertmanager: ['amtool', 'check-config', '/etc/alertmanager/alertmanager.yml'],
} as const

/** Each program is asked about its own files, in its own container. */
export async function configFacts(
  root: string,
  stack: Stack,
  composeFiles: readonly string[],
  containers: readonly Container[] | undefined,
): Promise<ConfigFacts> {
  const parts = hasAlertmanager(stack) ? (['prometheus', 'alertmanager'] as const) : (['prometheus'] as const)
  const [compose, ...checks] = await Promise.all([
    containers === undefined ? unseen('no engine answers') : composeCheck(root, composeFiles),
    ...parts.map(async part => {
      const container = containers?.find(one => one.service === part && one.state === 'running')
      const absent = containers === undefined ? 'no engine answers' : 'its container does not run'
      const check = container ? await inContainer(root, container, CHECKS[part]) : unseen(absent)
      const detail = check.detail.replaceAll(`/etc/${part}/`, `${stack.config.output}/${part}/`)
      return { part, ...check, detail, reloaded: await reloaded(stack, part) }
    }),
  ])
  return { compose, parts: checks }
}

const unseen = (detail: string): Check => ({ state: 'unseen', detail })

async function composeCheck(root: string, files: readonly string[]): Promise<Check> {
  const ran = await tryDocker(['compose', ...files, 'config', '-q'], root)
  return ran.ok ? { state: 'ok', detail: '' } : { state: 'bad', detail: lastLine(ran.stderr) }
}

async function inContainer(root: string, container: Container, command: readonly string[]): Promise<Check> {
  const ran = await tryDocker(['exec', container.name, ...command], root)
  if (ran.ok) return { state: 'ok', detail: '' }
  return { state: 'bad', detail: complaint(`${ran.stdout}\n${ran.stderr}`) }
}

/** The line that says what is wrong, without the frame around it. */
function complaint(said: string): string {
  const lines = said
    .split('\n')
    .map(line => line.trim())
    .filter(Boolean)
  const failed = lines.findIndex(line => line.includes('FAILED'))
  const behind = lines[failed]?.replace(/^.*FAILED:?\s*/, '') ?? ''
  const at = behind === '' ? failed + 1 : failed
  const first = (behind === '' ? lines[at] : behind) ?? lastLine(said)
  return (first.endsWith(':') ? `${first} ${lines[at + 1] ?? ''}` : first).slice(0, 300)
}

/** Whether the last reload was taken, by the program's own metric. */
async function reloaded(stack: Stack, part: 'prometheus' | 'alertmanager'): Promise<boolean | undefined> {
  const answer = await ask(`${localUrl(stack, part)}/metrics`)
  if (!answer.ok || answer.status !== 200) return undefined
  const [sample] = samplesOf(answer.text, `${part}_config_last_reload_successful`)
  return sample && sample.value === 1
}
