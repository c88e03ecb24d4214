import { randomBytes } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import { nextStep } from '../../core/alerts/failure.ts'
import { TEST_ALERT } from '../../core/alerts/routing.ts'
import { SEVERITIES } from '../../core/conventions.ts'
import { UserError } from '../../core/errors.ts'
import { publicUrl } from '../../core/render/context.ts'
import { closest } from '../../core/suggest.ts'
import { table } from '../../ui/report.ts'
import type { Run } from '../run.ts'
import { openWorkspace, type Workspace } from '../workspace.ts'
import { alertmanagerLog, connect } from './connect.ts'
import { deliver, type Outcome, type TestAlert } from './deliver.ts'

export interface TestOptions {
  readonly severity: string
  readonly receiver: string | undefined
  readonly service: string | undefined
}

const PATIENCE = { seconds: 30, grace: 5 }

/** `vigie alerts test`: does an alert reach people? @returns 0 when every receiver took it, else 1 */
export async function testCommand(run: Run, options: TestOptions): Promise<number> {
  const workspace = openWorkspace(run.root)
  requireKnown(workspace, options)
  const alertmanager = connect(workspace)
  const alert = testAlert(workspace, options)
  if (run.options.dryRun) {
    run.say('Dry run: a test alert would be sent; nothing was.\n')
    return 0
  }
  run.say('Sending a test alert, and waiting until its receivers have spoken.\n')
  const outcomes = await deliver(
    alertmanager,
    alert,
    since => alertmanagerLog(run, workspace, since),
    PATIENCE,
  )
  const rows = outcomes.map(outcome => ({ ...outcome, next: stepAfter(workspace, outcome) }))
  if (run.options.json)
    run.print(`${JSON.stringify({ schema: 1, alert: alert.labels, outcomes: rows }, null, 2)}\n`)
  else for (const row of rows) run.print(outcomeText(row))
  run.say(
    'The test alert is resolved. Receivers that announce resolutions say so at their next group_interval.\n',
  )
  return outcomes.every(outcome => outcome.verdict === 'accepted') ? 0 : 1
}

function testAlert(workspace: Workspace, options: TestOptions): TestAlert {
  const id = `vigie-test-${randomBytes(3).toString('hex')}`
  const { severity, receiver, service } = options
  return {
    id,
    labels: {
      alertname: TEST_ALERT,
      job: id,
      severity,
      ...(receiver === undefined ? {} : { receiver }),
      ...(service === undefined ? {} : { service }),
    },
    annotations: {
      summary: 'This is a test. Nothing is wrong.',
      description: `${userInfo().username} ran "vigie alerts test" on ${hostname()}. Project ${workspace.stack.config.project}.`,
      dashboard_url: publicUrl(workspace.stack, 'grafana'),
    },
  }
}

function requireKnown(workspace: Workspace, { severity, receiver }: TestOptions): void {
  const severities: readonly string[] = SEVERITIES
  if (!severities.includes(severity))
    throw new UserError(`There is no severity "${severity}".`, {
      hint: `Severities: ${severities.join(', ')}.`,
    })
  const names = workspace.stack.receivers.map(one => one.name)
  if (names.length === 0)
    throw new UserError('vigie.yaml names no receiver, so alerts reach nobody.', {
      hint: 'alerts: { receivers: [{ slack: { channel: "#ops" } }] }, then  vigie generate',
      exitCode: 1,
    })
  if (receiver === undefined || names.includes(receiver)) return
  const near = closest(receiver, names)
  throw new UserError(`There is no receiver "${receiver}"${near ? ` — did you mean "${near}"?` : '.'}`, {
    hint: `Receivers: ${names.join(', ')}.`,
  })
}

function stepAfter(workspace: Workspace, { receiver, verdict, why }: Outcome): string | undefined {
  if (verdict === 'accepted' || why === undefined) return undefined
  if (verdict === 'held back') return `vigie alerts test --receiver ${receiver}   sends it all the same`
  const { receivers, config } = workspace.stack
  const secrets = receivers.find(one => one.name === receiver)?.secrets ?? []
  return nextStep(
    why,
    secrets.map(({ file }) => `${config.output}/secrets/${file}`),
  )
}

function outcomeText(row: Outcome & { readonly next: string | undefined }): string {
  const time = `after ${row.seconds.toFixed(1)} s`
  const lines = table([[row.receiver, row.verdict, row.verdict === 'accepted' ? time : (row.why ?? '')]])
  return row.next === undefined ? lines : `${lines}    next: ${row.next}\n`
}
