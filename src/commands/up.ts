import { UserError } from '../core/errors.ts'
import { publicUrl } from '../core/render/context.ts'
import { hasAlertmanager } from '../core/stack.ts'
import { composeLive, docker, requireEngine } from '../io/engine.ts'
import { pageUrls } from './open.ts'
import { requirePorts } from './port-check.ts'
import { recoverTree } from './recover.ts'
import type { Run } from './run.ts'
import { requireSecrets } from './secrets.ts'
import { openWorkspace, type Workspace } from './workspace.ts'

const LOG_LINES = '15'

/** How Compose is called for this stack: the app's own file where the stack is included, else the stack's. */
export function composeFiles(workspace: Workspace): string[] {
  const { attach, compose, output } = workspace.stack.config
  if (attach !== 'include') return ['-f', `${output}/compose.yaml`, '-f', `${output}/compose.override.yaml`]
  return compose === undefined ? [] : ['-f', compose]
}

/** `vigie up`: everything that can go wrong is checked before anything is started. */
export async function upCommand(run: Run): Promise<number> {
  recoverTree(run)
  const workspace = openWorkspace(run.root)
  await requireEngine(run.root)
  await requirePorts(run, workspace.stack, await requireProject(run, workspace))
  if (run.options.dryRun) {
    run.say('Dry run: nothing is in the way, and nothing was started.\n')
    return 0
  }
  await requireSecrets(run, workspace)
  run.say('Starting the stack. The first time, images are fetched.\n')
  const files = composeFiles(workspace)
  const ok = await composeLive(
    [...files, 'up', '-d', '--remove-orphans', '--wait', '--wait-timeout', '300'],
    run.root,
    run.options.quiet,
  )
  if (!ok) throw await startFailure(run, files)
  if (run.options.json)
    run.print(`${JSON.stringify({ schema: 1, ...Object.fromEntries(pageUrls(workspace.stack)) }, null, 2)}\n`)
  else run.print(urls(workspace))
  return 0
}

/** `vigie down`: containers go, volumes stay, and are named. */
export async function downCommand(run: Run): Promise<number> {
  const workspace = openWorkspace(run.root)
  await requireEngine(run.root)
  const files = composeFiles(workspace)
  const project = await effectiveProject(run, files)
  if (run.options.dryRun) {
    run.say(`Dry run: the project ${project} would be stopped; nothing was.\n`)
    return 0
  }
  if (!(await composeLive([...files, 'down', '--remove-orphans'], run.root, run.options.quiet)))
    throw new UserError('docker compose down failed; what it said stands above.', {
      hint: 'docker compose ps -a   shows what is left',
    })
  const volumes = await docker(
    ['volume', 'ls', '-q', '--filter', `label=com.docker.compose.project=${project}`],
    run.root,
  )
  const names = volumes.stdout.split('\n').filter(Boolean)
  if (run.options.json) {
    run.print(`${JSON.stringify({ schema: 1, volumes: names }, null, 2)}\n`)
    return 0
  }
  run.print('Stopped. No container is left.\n')
  if (names.length > 0)
    run.print(
      `Volumes that remain: ${names.join(', ')}\n  To delete them too: docker volume rm ${names.join(' ')}\n`,
    )
  return 0
}

/** Where people look. */
export function urls(workspace: Workspace): string {
  const { stack } = workspace
  const password = `${stack.config.output}/secrets/grafana_admin_password`
  return [
    `Grafana        ${publicUrl(stack, 'grafana')}   (user admin, password in ${password})`,
    `Prometheus     ${publicUrl(stack, 'prometheus')}`,
    ...(hasAlertmanager(stack) ? [`Alertmanager   ${publicUrl(stack, 'alertmanager')}`] : []),
    '',
  ].join('\n')
}

/** What Compose calls the project here; a clone in another folder may differ from vigie.yaml, and then no container matches. */
async function effectiveProject(run: Run, files: readonly string[]): Promise<string> {
  const config = await docker(['compose', ...files, 'config', '--format', 'json'], run.root)
  if (!config.ok)
    throw new UserError(`Compose cannot read the stack: ${lastLine(config.stderr)}`, {
      hint: 'docker compose config   shows all of it',
    })
  const data: unknown = JSON.parse(config.stdout)
  return typeof data === 'object' && data !== null && 'name' in data ? String(data.name) : ''
}

/** @returns the name of the Compose project; vigie.yaml and Compose have to agree on it */
async function requireProject(run: Run, workspace: Workspace): Promise<string> {
  const { attach, project } = workspace.stack.config
  const actual = await effectiveProject(run, composeFiles(workspace))
  if (attach === 'include' && actual !== project)
    throw new UserError(
      `Compose calls this project "${actual}", vigie.yaml calls it "${project}": no container would be recognised.`,
      {
        hint: `Set  project: ${actual}  in vigie.yaml and run  vigie generate , or  name: ${project}  in the Compose file.`,
      },
    )
  return actual
}

/** Why it did not come up: an image that cannot be had, else the service that failed with its last words. */
export async function startFailure(run: Run, files: readonly string[]): Promise<UserError> {
  const missing = await missingImages(run, files)
  if (missing.length > 0)
    return new UserError(`The engine could not get ${missing.join(', ')}.`, {
      hint: `Check the network and the registry:  docker pull ${missing[0]}   says more.`,
    })
  const paused = await servicesIn(run, files, state => state === 'paused')
  if (paused.length > 0)
    return new UserError(`Paused, and so not started by Compose: ${paused.join(', ')}.`, {
      hint: `docker compose ${[...files, 'unpause', ...paused].join(' ')}`,
    })
  const failed = await servicesIn(
    run,
    files,
    (state, health, code) =>
      health === 'unhealthy' || state === 'restarting' || (state === 'exited' && code !== '0'),
  )
  const [first] = failed
  if (first === undefined)
    return new UserError('The stack did not start; what Compose said stands above.', {
      hint: 'docker compose logs   shows what the containers said',
    })
  const logs = await docker(
    ['compose', ...files, 'logs', '--no-color', '--no-log-prefix', '--tail', LOG_LINES, first],
    run.root,
  )
  return new UserError(
    `${failed.join(', ')} did not become healthy. The last lines of ${first}:\n\n${logs.stdout.trimEnd()}\n`,
    {
      hint: `docker compose logs ${first}   shows everything it said`,
    },
  )
}

async function missingImages(run: Run, files: readonly string[]): Promise<string[]> {
  const listed = await docker(['compose', ...files, 'config', '--images'], run.root)
  const missing: string[] = []
  for (const image of new Set(listed.stdout.split('\n').filter(Boolean).sort()))
    if (!(await docker(['image', 'inspect', image], run.root)).ok) missing.push(image)
  return missing
}

async function servicesIn(
  run: Run,
  files: readonly string[],
  wanted: (state: string, health: string, code: string) => boolean,
): Promise<string[]> {
  const format = '{{.Service}}\t{{.State}}\t{{.Health}}\t{{.ExitCode}}'
  const listed = await docker(['compose', ...files, 'ps', '-a', '--format', format], run.root)
  return listed.stdout
    .split('\n')
    .map(line => line.split('\t'))
    .filter(([, state = '', health = '', code = '']) => wanted(state, health, code))
    .map(([service = '']) => service)
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? ''
