import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { serviceNames } from '../core/departed.ts'
import { UserError } from '../core/errors.ts'
import { ownProject } from '../core/render/compose.ts'
import { hasAlertmanager } from '../core/stack.ts'
import { composeLive, docker } from '../io/engine.ts'
import type { Run } from './run.ts'
import { requireSecrets } from './secrets.ts'
import { composeFiles, startFailure } from './up.ts'
import type { Workspace } from './workspace.ts'

/** The parts that load files while they run, and the script of the stack that makes them do it. */
const RELOADS: Readonly<Record<string, string>> = {
  prometheus: '/etc/prometheus/reload.sh',
  alertmanager: '/etc/alertmanager/reload.sh',
}
const PATIENCE = 10_000

/** Whether the stack's Prometheus runs on the engine; no engine is a no. */
export async function isRunning(run: Run, workspace: Workspace): Promise<boolean> {
  return (await containers(run, workspace)).has('prometheus')
}

/**
 * Brings the files on disk to the running stack: checked, then only containers that are new or changed are made, those of
 * departed services go, and what runs on loads its files anew and is asked what it has.
 */
export async function rollOut(run: Run, workspace: Workspace, departed: readonly string[]): Promise<void> {
  const before = await containers(run, workspace)
  if (!before.has('prometheus'))
    throw new UserError('The stack is not running, so there is nothing to apply this to.', {
      hint: 'vigie up   starts it',
    })
  await requireSecrets(run, workspace)
  await inEach(run, workspace, before, 'check')
  const files = composeFiles(workspace)
  const active = await activeServices(run, files)
  const own = stackServices(run, workspace).filter(name => active.includes(name))
  const started = ['up', '-d', '--no-deps', '--wait', '--wait-timeout', '300', ...own]
  if (!(await composeLive([...files, ...started], run.root, run.options.quiet)))
    throw await startFailure(run, files)
  await removeContainers(
    run,
    before,
    departed.filter(name => !active.includes(name)),
  )
  const after = await containers(run, workspace)
  run.say(await inEach(run, workspace, after, 'load'))
  if (!hasAlertmanager(workspace.stack)) await restartGrafana(run, after.get('grafana'))
  run.say(changesText(before, after))
}

/** Container ids of the stack's Compose project, by service. */
async function containers(run: Run, workspace: Workspace): Promise<Map<string, string>> {
  const project = ownProject(workspace.stack) ?? workspace.stack.config.project
  const format = '{{.Label "com.docker.compose.service"}}\t{{.ID}}'
  const filter = `label=com.docker.compose.project=${project}`
  const listed = await docker(['ps', '--filter', filter, '--format', format], run.root, PATIENCE).catch(
    absent,
  )
  const rows = listed.stdout.split('\n').map(line => line.split('\t'))
  return new Map(rows.flatMap(([service, id]) => (service && id ? [[service, id] as const] : [])))
}

/** A machine without Docker runs nothing. */
function absent(error: unknown): { stdout: string } {
  if (error instanceof UserError) return { stdout: '' }
  throw error
}

/** Runs the reload script in each part; what they say when all went well. */
async function inEach(
  run: Run,
  workspace: Workspace,
  running: ReadonlyMap<string, string>,
  mode: 'check' | 'load',
): Promise<string> {
  let said = ''
  for (const [part, script] of Object.entries(RELOADS)) {
    if (part === 'alertmanager' && !hasAlertmanager(workspace.stack)) continue
    const id = running.get(part)
    if (id === undefined)
      throw new UserError(`The stack's ${part} is not running.`, { hint: 'vigie up   starts it' })
    const result = await docker(['exec', id, 'sh', script, mode], run.root)
    if (!result.ok)
      throw new UserError(`${result.stderr.trim()}`, {
        hint: 'mend what is named above; then  vigie generate --apply  or  make reload',
        exitCode: 1,
      })
    said += result.stdout === '' ? '' : `${result.stdout}\n`
  }
  return said
}

/** Grafana reads its alerts when it starts, and only then. */
async function restartGrafana(run: Run, id: string | undefined): Promise<void> {
  if (id === undefined) return
  const { ok, stderr } = await docker(['restart', id], run.root)
  if (!ok)
    throw new UserError(`Grafana did not start again: ${stderr.trim()}`, {
      hint: 'docker compose logs grafana   shows why',
      exitCode: 1,
    })
  run.say('Grafana has started again, with the alerts of the files.\n')
}

/** What Compose would start: without the services of profiles that are not on. */
async function activeServices(run: Run, files: readonly string[]): Promise<string[]> {
  const listed = await docker(['compose', ...files, 'config', '--services'], run.root)
  if (!listed.ok)
    throw new UserError(`The Compose file does not hold together: ${listed.stderr.trim()}`, {
      hint: 'docker compose config   shows all of it',
    })
  return listed.stdout.split('\n').filter(Boolean)
}

/** The services of the stack's own files: the app's containers are none of this command's business. */
function stackServices(run: Run, workspace: Workspace): string[] {
  const folder = join(run.root, workspace.stack.config.output)
  const files = ['compose.yaml', 'compose.override.yaml'].map(name => join(folder, name))
  return [...new Set(files.filter(existsSync).flatMap(file => serviceNames(readFileSync(file, 'utf8'))))]
}

async function removeContainers(
  run: Run,
  running: ReadonlyMap<string, string>,
  services: readonly string[],
): Promise<void> {
  const ids = services.flatMap(service => running.get(service) ?? [])
  if (ids.length > 0) await docker(['rm', '-f', ...ids], run.root)
}

/** `Started cache-exporter. Removed db-exporter. The other 9 run on untouched.` */
function changesText(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string {
  const names = [...after.keys()].sort()
  const changes = {
    Started: names.filter(name => !before.has(name)),
    Recreated: names.filter(name => before.has(name) && before.get(name) !== after.get(name)),
    Removed: [...before.keys()].filter(name => !after.has(name)).sort(),
  }
  const same = names.filter(name => before.get(name) === after.get(name)).length
  const told = Object.entries(changes).filter(([, services]) => services.length > 0)
  return `${told.map(([verb, services]) => `${verb} ${services.join(', ')}. `).join('')}The other ${same} run on untouched.\n`
}
