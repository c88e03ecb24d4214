import { judgeAlerts, judgeGrafanaAlerts } from '../core/doctor/alerts.ts'
import { judgeClock } from '../core/doctor/clock.ts'
import { judgeConfig } from '../core/doctor/config.ts'
import { judgeContainers, woken } from '../core/doctor/containers.ts'
import { judgeDisk } from '../core/doctor/disk.ts'
import { judgeEngine } from '../core/doctor/engine.ts'
import { type FilesFacts, judgeFiles } from '../core/doctor/files.ts'
import { type Finding, LINKS } from '../core/doctor/finding.ts'
import { judgeGrafana } from '../core/doctor/grafana.ts'
import { judgePorts } from '../core/doctor/ports.ts'
import { judgeRules } from '../core/doctor/rules.ts'
import { judgeSeries } from '../core/doctor/series.ts'
import { judgeTargets } from '../core/doctor/targets.ts'
import { UserError } from '../core/errors.ts'
import { localUrl } from '../core/local-url.ts'
import { isOpen } from '../core/plan.ts'
import { pushes } from '../core/requests/push.ts'
import { hasAlertmanager } from '../core/stack.ts'
import { alertFacts } from '../doctor/alertmanager.ts'
import { configFacts } from '../doctor/config.ts'
import { declaredServices, expectedContainers, portFacts, readContainers } from '../doctor/containers.ts'
import { engineFacts } from '../doctor/engine.ts'
import { secretStates } from '../doctor/files.ts'
import { grafanaFacts } from '../doctor/grafana.ts'
import {
  readClock,
  readDisk,
  readLockedOut,
  readRules,
  readSeries,
  readTargets,
} from '../doctor/prometheus.ts'
import { prometheusAt, silentPrometheus } from '../io/prometheus.ts'
import { planWorkspace } from './plan.ts'
import { requireRevision } from './revision.ts'
import type { Run } from './run.ts'
import { composeFiles } from './up.ts'
import type { Workspace } from './workspace.ts'

/** Walks the whole chain; every link is looked at, however many of the others are broken. */
export async function diagnose(run: Run, workspace: Workspace): Promise<Finding[]> {
  const { stack } = workspace
  const { root } = run
  const prometheus = prometheusAt(localUrl(stack, 'prometheus'))
  const files = composeFiles(workspace)
  const [engine, containers, declared, trouble] = await Promise.all([
    engineFacts(root, stack),
    readContainers(root, stack),
    // Where the stack is not included, these files do not hold the app.
    stack.config.attach === 'include' ? declaredServices(root, files) : undefined,
    prometheus.trouble(),
  ])
  const asked = trouble === undefined ? prometheus : undefined
  const of = (service: string) => containers?.find(one => one.service === service)
  const [config, active, lockedOut, series, rules, alerts, grafana, disk, clock] = await Promise.all([
    configFacts(root, stack, files, containers),
    asked && readTargets(asked),
    asked ? readLockedOut(asked) : [],
    asked && readSeries(asked, stack),
    asked && readRules(asked),
    hasAlertmanager(stack)
      ? alertFacts(stack, asked ?? silentPrometheus, of('alertmanager'), root)
      : undefined,
    grafanaFacts(stack, root, asked),
    readDisk(asked ?? silentPrometheus, stack, of('prometheus'), root),
    readClock(asked ?? silentPrometheus),
  ])
  const findings = [
    ...judgeEngine(engine),
    ...judgeFiles(filesFacts(run, workspace)),
    ...judgeConfig(config),
    ...judgeContainers(expectedContainers(stack), containers, declared),
    ...judgePorts(portFacts(stack, containers)),
    ...judgeTargets({
      targets: stack.targets.filter(target => !pushes(target)),
      active,
      trouble: trouble ?? 'its answer makes no sense',
      containers: containers ?? [],
      lockedOut,
    }),
    ...judgeSeries(stack.targets, series),
    ...judgeRules(rules),
    ...(alerts ? judgeAlerts(alerts) : judgeGrafanaAlerts(stack)),
    ...judgeGrafana(grafana),
    ...judgeDisk(disk),
    ...judgeClock(clock),
  ]
  return findings
    .map(finding => woken(finding, containers ?? []))
    .sort((a, b) => LINKS.indexOf(a.link) - LINKS.indexOf(b.link))
}

function filesFacts(run: Run, workspace: Workspace): FilesFacts {
  const { output, alerts } = workspace.stack.config
  const sender = alerts.engine
  const secrets = secretStates(run.root, workspace.stack)
  try {
    const plan = planWorkspace(run, workspace, requireRevision(run, output, false))
    const open = plan.files.filter(isOpen)
    const stale = plan.files.filter(file => !isOpen(file) && file.disk.do !== 'leave')
    const path = (file: (typeof plan.files)[number]): string => file.path
    return { output, secrets, sender, stale: stale.map(path), conflicts: open.map(path), trouble: undefined }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { output, secrets, sender, stale: [], conflicts: [], trouble: error.message }
  }
}

/** What is said of one service: every link it has a part in. */
export const aboutService = (findings: readonly Finding[], names: readonly string[]): Finding[] =>
  findings.filter(one => one.about !== undefined && names.includes(one.about))
