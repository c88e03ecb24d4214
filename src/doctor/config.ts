import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Check, ConfigFacts } from '../core/doctor/config.ts'
import type { Container } from '../core/doctor/containers.ts'
import { samplesOf } from '../core/exposition.ts'
import { localUrl } from '../core/local-url.ts'
import { hasAlertmanager, type Stack } from '../core/stack.ts'
import { listFolder } from '../io/files.ts'
import { ask } from '../io/http.ts'
import { nodeIo } from '../io/port.ts'
import { lastLine, tryDocker } from './run.ts'

type Part = ConfigFacts['parts'][number]['part']
type Reloads = Pick<ConfigFacts['parts'][number], 'reloaded' | 'unread'>

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
  const parts: readonly Part[] = hasAlertmanager(stack) ? ['prometheus', 'alertmanager'] : ['prometheus']
  const [compose, ...checks] = await Promise.all([
    containers === undefined ? unseen('no engine answers') : composeCheck(root, composeFiles),
    ...parts.map(async part => {
      const container = containers?.find(one => one.service === part && one.state === 'running')
      const absent = containers === undefined ? 'no engine answers' : 'its container does not run'
      const check = container ? await inContainer(root, container, CHECKS[part]) : unseen(absent)
      const detail = check.detail.replaceAll(`/etc/${part}/`, `${stack.config.output}/${part}/`)
      return { part, ...check, detail, ...(await reloads(root, stack, part)) }
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

/** Whether the last reload was taken, by the program's own metrics, and what changed since. */
async function reloads(root: string, stack: Stack, part: Part): Promise<Reloads> {
  const answer = await ask(`${localUrl(stack, part)}/metrics`)
  if (!answer.ok || answer.status !== 200) return { reloaded: undefined, unread: [] }
  const value = (name: string): number | undefined =>
    samplesOf(answer.text, `${part}_config_${name}`)[0]?.value
  const loaded = value('last_reload_success_timestamp_seconds')
  return {
    reloaded: value('last_reload_successful') === 1,
    unread: loaded === undefined ? [] : changedSince(root, stack.config.output, part, loaded),
  }
}

/** What each program reads when it is told to, in its folder of the stack. */
const READ: Readonly<Record<Part, readonly string[]>> = {
  prometheus: ['prometheus.yml', 'rules', 'scrape'],
  alertmanager: ['alertmanager.yml', 'templates'],
}

/** @param loaded seconds; a file may be as old as the second in which it was loaded */
function changedSince(root: string, output: string, part: Part, loaded: number): string[] {
  const { fs } = nodeIo('')
  const inPart = (name: string): string[] => {
    const path = `${part}/${name}`
    return name.endsWith('.yml') ? [path] : listFolder(root, output, path, fs)
  }
  return READ[part].flatMap(inPart).filter(path => {
    const stat = statSync(join(root, output, path), { throwIfNoEntry: false })
    return stat !== undefined && stat.mtimeMs > (loaded + 1) * 1000
  })
}
