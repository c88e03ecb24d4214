import type { Recorded } from '../core/modules/recorded.ts'
import { OTLP_URL, pushes } from '../core/requests/push.ts'
import type { Stack } from '../core/stack.ts'
import { loadRegistry } from '../io/templates.ts'
import { table } from '../ui/report.ts'
import type { Run } from './run.ts'
import { openWorkspace } from './workspace.ts'

/** `vigie list`: the services of vigie.yaml; with --kinds, everything vigie can watch. */
export function listCommand(run: Run, kinds: boolean): number {
  return kinds ? listKinds(run) : listServices(run)
}

function listKinds(run: Run): number {
  const registry = loadRegistry(run.root)
  const rows = registry.kinds().map(id => {
    const { title, aliases, layer, docs } = registry.get(id).manifest
    return { id, aliases, title, layer, docs }
  })
  if (run.options.json) run.print(`${JSON.stringify(rows, null, 2)}\n`)
  else
    run.print(table(rows.map(row => [[row.id, ...row.aliases].join(', '), row.title, row.layer, row.docs])))
  return 0
}

function listServices(run: Run): number {
  const { stack } = openWorkspace(run.root)
  const rows = stack.targets.map(target => ({
    name: target.name,
    kind: target.module.id,
    address: target.address,
    scrape: pushes(target) ? `sends to ${OTLP_URL}` : `http://${target.scrapeAddress}${target.metricsPath}`,
    part: target.isStackPart,
  }))
  if (run.options.json) run.print(`${JSON.stringify(rows, null, 2)}\n`)
  else
    run.print(
      table([
        ['service', 'kind', 'address', 'scraped at'],
        ...rows.map(row => [row.name, row.kind, row.address, row.scrape]),
      ]),
    )
  run.say(footprint(stack))
  return 0
}

/** What `metrics: lean` is worth here, told from one recorded scrape of each kind. */
function footprint({ targets, config }: Stack): string {
  const sum = (count: (recorded: Recorded) => number): number =>
    targets.reduce((total, one) => total + one.replicas * count(one.module.content.recorded), 0)
  const all = sum(recorded => recorded.all)
  const kept = sum(recorded => recorded.kept)
  const share = `${kept} of ${all} samples a scrape (−${Math.round(100 * (1 - kept / all))} %)`
  return config.metrics === 'lean'
    ? `metrics: lean keeps about ${share}; all panels and alerts have theirs.\n`
    : `metrics: full keeps all; lean would keep about ${share} and lose no panel.\n`
}
