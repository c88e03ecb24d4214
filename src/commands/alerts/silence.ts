import { readdirSync, readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { shortTime } from '../../core/alerts/listing.ts'
import { seconds } from '../../core/config/duration.ts'
import { UserError } from '../../core/errors.ts'
import { publicUrl } from '../../core/render/context.ts'
import { closest } from '../../core/suggest.ts'
import type { Run } from '../run.ts'
import { openWorkspace, type Workspace } from '../workspace.ts'
import { connect } from './connect.ts'

/** `vigie alerts silence <alert|service> 2h "why"`. */
export async function silenceCommand(run: Run, what: string, duration: string, why: string): Promise<number> {
  const workspace = openWorkspace(run.root)
  const label = labelOf(run, workspace, what)
  const length = requireDuration(duration)
  if (run.options.dryRun) {
    run.say(
      `Dry run: ${label === 'service' ? `every alert of ${what}` : what} would be silent; nothing was changed.\n`,
    )
    return 0
  }
  const start = Date.now()
  const endsAt = new Date(start + length * 1000).toISOString()
  const id = await connect(workspace).silence({
    matchers: [{ name: label, value: what, isRegex: false, isEqual: true }],
    startsAt: new Date(start).toISOString(),
    endsAt,
    createdBy: userInfo().username,
    comment: why,
  })
  if (run.options.json) run.print(`${JSON.stringify({ schema: 1, id, [label]: what, endsAt }, null, 2)}\n`)
  else
    run.print(
      `Silent until ${shortTime(endsAt)}: ${label === 'service' ? `every alert of ${what}` : what}.\n` +
        `  To end it earlier: ${publicUrl(workspace.stack, 'alertmanager')}/#/silences/${id}\n`,
    )
  return 0
}

function requireDuration(text: string): number {
  const length = /^(\d+(s|m|h|d|w))+$/.test(text) ? seconds(text) : 0
  if (length > 0) return length
  throw new UserError(`"${text}" is no duration.`, { hint: 'For example 30m, 2h or 3d.' })
}

/** @throws UserError when it is neither an alert of this stack nor one of its services */
function labelOf(run: Run, workspace: Workspace, what: string): 'alertname' | 'service' {
  const services = workspace.stack.targets.flatMap(one => [one.name, one.container ?? one.name])
  if (services.includes(what)) return 'service'
  const alerts = alertNames(join(run.root, workspace.stack.config.output, 'prometheus/rules'))
  if (alerts.includes(what)) return 'alertname'
  const near = closest(what, [...alerts, ...services])
  throw new UserError(
    `"${what}" is neither an alert nor a service of this stack${near ? ` — did you mean "${near}"?` : '.'}`,
    { hint: 'vigie alerts list   shows what fires; vigie list   shows the services' },
  )
}

/** Names of all alerts in the rule files, the user's own among them. */
function alertNames(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .flatMap(entry => [
      ...readFileSync(join(entry.parentPath, entry.name), 'utf8').matchAll(/\balert: *"?([A-Za-z_]\w*)/g),
    ])
    .map(match => match[1] ?? '')
}
