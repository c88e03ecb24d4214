import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { formatPlace } from '../../src/core/errors.ts'
import { detect } from '../../src/detect/detect.ts'
import type { DetectedService, Detection } from '../../src/detect/detection.ts'
import { repoView } from '../../src/detect/repo.ts'
import { loadRegistry, loadSeenRules } from '../../src/io/templates.ts'

const REPOS = fileURLToPath(new URL('../repos/', import.meta.url))
const registry = loadRegistry(REPOS)
const seen = loadSeenRules()

/** Small repos, each with what detection says of it. UPDATE_REPOS=1 writes that; then read the difference. */
describe.each(readdirSync(REPOS).sort())('%s', name => {
  it('is seen for what it is', () => {
    const found = detect({ view: repoView(join(REPOS, name, 'repo')), registry, seen })
    const text = goldenOf(found)
    const golden = join(REPOS, name, 'detected.yaml')
    if (process.env.UPDATE_REPOS === '1' || !existsSync(golden)) writeFileSync(golden, text)
    expect(text).toBe(readFileSync(golden, 'utf8'))
  })
})

/** Everything that detection found, the way a reader takes it in: one service a block, nothing that is absent. */
function goldenOf(found: Detection): string {
  const golden = {
    compose: found.composeFiles,
    ...(found.rivals.length > 0 ? { rivals: found.rivals } : {}),
    project: found.project,
    services: Object.fromEntries(found.services.map(one => [one.name, serviceOf(one)])),
    skipped: Object.fromEntries(found.skipped.map(one => [one.name, `${one.source}  ${one.reason}`])),
    parts: found.skipped.flatMap(one => one.part ?? []),
    published: found.published,
    warnings: found.warnings.map(({ at, message }) => (at ? `${formatPlace(at)}  ${message}` : message)),
  }
  return stringify(golden, { lineWidth: 0, flowCollectionPadding: false })
}

function serviceOf(service: DetectedService): Record<string, unknown> {
  const { metrics, credentials, settings, evidence, instrumented } = service
  return {
    kind: service.kind,
    confidence: service.confidence,
    address: service.address,
    networks: service.networks.join(' '),
    metrics: `${metrics.by} :${metrics.port}${metrics.path}`,
    ...(instrumented === undefined ? {} : { instrumented }),
    ...(service.replicas > 1 ? { replicas: service.replicas } : {}),
    ...(Object.keys(credentials).length > 0 ? { credentials, from: service.credentialsFrom.join(' ') } : {}),
    ...(Object.keys(settings).length > 0 ? { settings } : {}),
    evidence: evidence.map(one => `${one.source} ${one.what}`),
  }
}
