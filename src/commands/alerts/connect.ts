import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { withoutSecrets } from '../../core/alerts/redact.ts'
import { parseRouting, type Routing } from '../../core/alerts/route-tree.ts'
import { UserError } from '../../core/errors.ts'
import { localUrl } from '../../core/local-url.ts'
import { publicUrl } from '../../core/render/context.ts'
import { hasAlertmanager, type Stack } from '../../core/stack.ts'
import { secretTexts } from '../../doctor/files.ts'
import { type Alertmanager, alertmanagerAt } from '../../io/alertmanager.ts'
import { docker } from '../../io/engine.ts'
import type { Run } from '../run.ts'
import { composeFiles } from '../up.ts'
import type { Workspace } from '../workspace.ts'

/**
 * The running Alertmanager of this stack.
 * @throws UserError where Grafana sends the alerts
 */
export function connect({ stack }: Workspace): Alertmanager {
  requireAlertmanager(stack)
  return alertmanagerAt(localUrl(stack, 'alertmanager'))
}

function requireAlertmanager(stack: Stack): void {
  if (hasAlertmanager(stack)) return
  const grafana = publicUrl(stack, 'grafana')
  throw new UserError(
    'Grafana sends the alerts of this stack, and `vigie alerts` speaks with Alertmanager only.',
    {
      hint: `${grafana}/alerting/list  shows what fires,  ${grafana}/alerting/notifications  tests who is told`,
    },
  )
}

/** Alertmanager's log from a time on; empty where no engine answers. */
export async function alertmanagerLog(run: Run, workspace: Workspace, since: Date): Promise<string> {
  const files = composeFiles(workspace)
  const ran = await docker(
    [
      'compose',
      ...files,
      'logs',
      '--no-color',
      '--no-log-prefix',
      '--since',
      since.toISOString(),
      'alertmanager',
    ],
    run.root,
    10_000,
  )
  return ran.ok ? withoutSecrets(`${ran.stdout}\n${ran.stderr}`, secretTexts(run.root, workspace.stack)) : ''
}

/** Who hears of what, from the file on disk with everybody's edits in it. */
export function readRouting(run: Run, workspace: Workspace): Routing {
  requireAlertmanager(workspace.stack)
  const file = `${workspace.stack.config.output}/alertmanager/alertmanager.yml`
  try {
    return parseRouting(readFileSync(join(run.root, file), 'utf8'), file)
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError(`${file} is not there.`, { hint: 'vigie generate   writes it' })
  }
}
