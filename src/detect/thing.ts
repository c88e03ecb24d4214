import type { Module } from '../core/modules/module.ts'
import { matchThing } from './evidence.ts'
import type { Facts } from './facts.ts'
import type { Project } from './manifests/projects.ts'
import { ranked } from './ranked.ts'
import type { Kind } from './verdict.ts'

/** What the image, the packages or the command say; `isRun` where the command says it too. */
export function thingOf(
  modules: readonly Module[],
  facts: Facts,
  project: Project | undefined,
): (Kind & { readonly isRun: boolean }) | undefined {
  const found = ranked(modules, module => {
    const { evidence, layer, id } = module.manifest
    const packages = [...evidence.packages, id, `${id}-server`]
    const commands = layer === 'app' ? [] : evidence.commands
    return matchThing({ ...evidence, packages, commands }, facts, project)
  })
  if (!found) return undefined
  const { module, match } = found
  return {
    module,
    project: undefined,
    package: undefined,
    evidence: match.evidence,
    confidence: facts.images.length > 0 && match.weight >= 100 ? 'high' : 'medium',
    isRun: match.evidence.some(one => one.what.startsWith('command ')),
  }
}
