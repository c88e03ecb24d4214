import { alertRows, shortTime } from '../../core/alerts/listing.ts'
import { table } from '../../ui/report.ts'
import type { Run } from '../run.ts'
import { openWorkspace } from '../workspace.ts'
import { connect } from './connect.ts'

/** `vigie alerts list`: what fires, since when, and who hears of it. */
export async function listAlertsCommand(run: Run): Promise<number> {
  const workspace = openWorkspace(run.root)
  const api = connect(workspace)
  const [alerts, silences] = await Promise.all([api.alerts(), api.silences()])
  const people = alerts.filter(alert => alert.labels.alertname !== 'Watchdog')
  const rows = alertRows(
    people,
    silences,
    workspace.stack.receivers.map(one => one.name),
  )
  if (run.options.json) {
    run.print(`${JSON.stringify({ schema: 1, alerts: rows }, null, 2)}\n`)
    return 0
  }
  if (rows.length === 0) {
    run.print('No alert is firing.\n')
    return 0
  }
  run.print(
    table([
      ['severity', 'alert', 'service', 'since', 'state', 'receivers'],
      ...rows.map(row => [
        row.severity,
        row.alert,
        row.service,
        shortTime(row.since),
        row.state,
        row.receivers.join(', ') || 'nobody',
      ]),
    ]),
  )
  return 0
}
