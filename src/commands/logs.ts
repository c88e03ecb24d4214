import { UserError } from '../core/errors.ts'
import { closest } from '../core/suggest.ts'
import { composeLines, composeOutput, docker, requireEngine } from '../io/engine.ts'
import type { Run } from './run.ts'
import { composeFiles } from './up.ts'
import { openWorkspace } from './workspace.ts'

export interface LogOptions {
  readonly follow: boolean
  readonly tail: string
}

/** `vigie logs [service]`: what the stack's containers say, or one service's and its exporter's; with --json a line of JSON each. */
export async function logsCommand(
  run: Run,
  service: string | undefined,
  options: LogOptions,
): Promise<number> {
  const workspace = openWorkspace(run.root)
  const { targets } = workspace.stack
  const own = targets.flatMap(one => [
    ...(one.isStackPart && one.container ? [one.container] : []),
    ...(one.exporter ? [one.exporter.name] : []),
  ])
  const target = targets.find(one => one.name === service)
  const all = target ? [target.container, target.exporter?.name].filter(name => name !== undefined) : []
  const known = [...targets.map(one => one.name), ...targets.flatMap(one => one.container ?? []), ...own]
  if (service !== undefined && !known.includes(service)) {
    const near = closest(service, known)
    throw new UserError(`There is no service "${service}"${near ? ` — did you mean "${near}"?` : '.'}`, {
      hint: 'vigie list   shows them',
    })
  }
  await requireEngine(run.root)
  const chosen = service === undefined ? own : all.length > 0 ? all : [service]
  if (!/^(all|\d+)$/.test(options.tail))
    throw new UserError('--tail takes a number of lines, or all.', { hint: 'vigie logs --tail 100' })
  const files = composeFiles(workspace)
  const started = await docker(['compose', ...files, 'ps', '-aq', ...chosen], run.root)
  if (started.ok && started.stdout.trim() === '')
    throw new UserError(`${service ?? 'The stack'} was never started, so it has said nothing.`, {
      hint: 'vigie up   starts it',
    })
  const follow = options.follow ? ['--follow'] : []
  const args = ['--tail', options.tail, ...follow, ...chosen]
  const went = run.options.json
    ? await composeLines([...files, 'logs', '--no-color', '--timestamps', ...args], run.root, line =>
        run.print(`${JSON.stringify(logLine(line))}\n`),
      )
    : await composeOutput([...files, 'logs', ...args], run.root)
  return went ? 0 : 2
}

/** What a line of `docker compose logs --timestamps` says: `db-1  | 2026-01-02T03:04:05.6Z ready`. */
export function logLine(text: string): { container: string; time: string; line: string } {
  const [, container = '', time = '', line = text] = /^(\S+)\s*\| (\d{4}-\S+) ?(.*)$/.exec(text) ?? []
  return { container, time, line }
}
