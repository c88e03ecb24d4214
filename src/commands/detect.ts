import { detect } from '../detect/detect.ts'
import type { DetectedService, Detection } from '../detect/detection.ts'
import { repoView } from '../detect/repo.ts'
import { loadRegistry } from '../io/templates.ts'
import { table } from '../ui/report.ts'
import type { Run } from './run.ts'

/** `vigie detect`: what vigie sees, with the evidence. */
export function detectCommand(run: Run, compose: string | undefined): number {
  const found = detect(repoView(run.root), loadRegistry(run.root), compose)
  if (run.options.json) run.print(`${JSON.stringify(found, null, 2)}\n`)
  else run.print(detectionText(found))
  return 0
}

/** The detection as people read it; the wizard shows the same. */
export function detectionText(found: Detection): string {
  const parts = [`${found.composeFile ?? 'No Compose file'}, project ${found.project}\n`]
  if (found.services.length > 0)
    parts.push(
      table([['service', 'kind', 'address', 'networks', 'seen in'], ...found.services.map(serviceRow)]),
    )
  if (found.skipped.length > 0)
    parts.push('Seen, not watched\n', table(found.skipped.map(one => [one.name, one.reason])))
  parts.push(...found.warnings.map(warning => `${warning}\n`))
  return parts.join('')
}

const serviceRow = (service: DetectedService): string[] => [
  service.name,
  service.kind + (service.instrumented === false ? ' (not instrumented yet)' : ''),
  service.address,
  service.networks.join(' '),
  service.evidence.map(one => `${one.source} ${one.what}`).join(', '),
]
