import type { NewService } from '../core/config/write.ts'
import { formatPlace } from '../core/errors.ts'
import { detect } from '../detect/detect.ts'
import type { DetectedService, Detection, Warning } from '../detect/detection.ts'
import { repoView } from '../detect/repo.ts'
import { loadRegistry, loadSeenRules } from '../io/templates.ts'
import { table, visible } from '../ui/report.ts'
import type { Run } from './run.ts'
import type { Workspace } from './workspace.ts'

/** Looks at the repo with all that this run knows. */
export const look = (run: Run, compose: string | undefined): Detection =>
  detect({ view: repoView(run.root), registry: loadRegistry(run.root), seen: loadSeenRules(), compose })

/** What runs in the repo, is not in vigie.yaml, and was not declined either. */
export function unwatched(run: Run, workspace: Workspace): DetectedService[] {
  const { config } = workspace.parsed
  const hosts = new Set(Object.values(config.services).map(service => service.address.split(':')[0] ?? ''))
  const known = new Set([...Object.keys(config.services), ...config.ignore, ...hosts])
  if (config.attach === 'host' && config.compose === undefined) return []
  return look(run, config.compose).services.filter(one => !known.has(one.name))
}

/** Every other service of low confidence is a wrong guess, and a target that never answers alarms. */
export const isSure = (service: DetectedService): boolean => service.confidence !== 'low'

export const asNew = (service: DetectedService): NewService => ({
  name: service.name,
  kind: service.kind,
  address: service.address,
  metricsPath: service.metricsPath,
  metricsPort: service.metricsPort,
  networks: service.networks,
  replicas: service.replicas,
  credentials: service.credentials,
  settings: service.settings,
})

/** What `vigie check` and `vigie add` say of services that vigie.yaml does not know. */
export function unwatchedText(services: readonly DetectedService[]): string {
  return [
    'Not in vigie.yaml:\n',
    table(services.map(one => [one.name, one.kind, one.address, evidenceText(one)])),
    '  hint: vigie add   watches them; a name under  ignore:  in vigie.yaml declines it for good\n',
  ].join('')
}

const evidenceText = (service: DetectedService): string =>
  service.evidence.map(one => `${one.source} ${one.what}`).join(', ')

/** The detection as people read it; the wizard shows the same. */
export function detectionText(found: Detection): string {
  const [, ...others] = found.composeFiles
  const parts = [`${found.composeFile ?? 'No Compose file'}, project ${found.project}\n`]
  if (others.length > 0) parts.push(`  other Compose files here, read with --compose: ${shortened(others)}\n`)
  if (found.services.length > 0)
    parts.push(
      table([
        ['service', 'kind', 'address', 'networks', 'metrics', 'sure', 'seen in'],
        ...found.services.map(serviceRow),
      ]),
    )
  if (found.skipped.length > 0)
    parts.push('Seen, not watched\n', table(found.skipped.map(one => [one.name, one.reason, one.source])))
  if (found.rivals.length > 0)
    parts.push(
      `Nothing says which Compose file starts the app. Taken: ${visible(found.composeFile ?? '')}. As likely: ${shortened(found.rivals)}. --compose FILE takes another one.\n`,
    )
  parts.push(...found.warnings.map(warning => `${warningText(warning)}\n`))
  return parts.join('')
}

const shortened = (names: readonly string[]): string =>
  visible(
    names.length > 6 ? `${names.slice(0, 6).join(', ')} and ${names.length - 6} more` : names.join(', '),
  )

const warningText = ({ message, at }: Warning): string =>
  visible(at ? `${formatPlace(at)}  ${message}` : message)

const serviceRow = (service: DetectedService): string[] => [
  service.name + (service.replicas > 1 ? ` ×${service.replicas}` : ''),
  service.kind,
  service.address,
  service.networks.join(' '),
  metrics(service),
  service.confidence,
  service.credentialsFrom.length > 0
    ? `${evidenceText(service)}, login from ${service.credentialsFrom.join(', ')}`
    : evidenceText(service),
]

function metrics({ instrumented, metrics: { by, path, port }, address }: DetectedService): string {
  const where = by === 'exporter' ? by : address.endsWith(`:${port}`) ? path : `:${port}${path}`
  return instrumented === false ? `${where} (not yet)` : where
}
