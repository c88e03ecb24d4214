import type { SeenRule } from '../core/modules/seen.ts'
import { matches } from './docker/image.ts'
import { type Match, matchApp, matchThing } from './evidence.ts'
import type { Facts } from './facts.ts'
import type { Project } from './manifests/projects.ts'
import type { Aside } from './verdict.ts'

/** What templates/detect/seen.yaml says of a service: recognised, and nothing to watch. */
export function seenAs(
  rules: readonly SeenRule[],
  facts: Facts,
  project: Project | undefined,
): Aside | undefined {
  for (const rule of rules) {
    const name = rule.names.find(glob => matches(facts.name.replace(/[._]/g, '-'), glob))
    const match = matchThing(rule, facts, project) ?? (project && buildTools(rule, project))
    if (!match && name === undefined) continue
    const evidence = match?.evidence[0] ?? { source: facts.place, what: `name ${facts.name}` }
    const reason = rule.reason.replaceAll('$name', () => facts.name)
    return { reason: `${evidence.what}: ${reason}`, source: evidence.source, part: rule.part }
  }
  return undefined
}

/** A front end is told by what builds it, so its development dependencies count. */
function buildTools(rule: SeenRule, project: Project): Match | undefined {
  const all = { ...project, dependencies: project.dependencies.map(one => ({ ...one, dev: false })) }
  return matchApp({ ...rule, commands: [] }, undefined, all)
}
