import type { Package } from '../core/modules/manifest.ts'
import type { Module } from '../core/modules/module.ts'
import type { Evidence, Seen } from './detection.ts'
import { commandMatch, dependenciesIn, shown, variableIn } from './evidence.ts'
import type { Facts } from './facts.ts'
import type { Project } from './manifests/projects.ts'

/**
 * Whether a service already serves metrics, and what the library in use says of where.
 * @param configured finds the first of some words in the files that configure the service
 */
export function instrumentation(
  module: Module,
  facts: Facts | undefined,
  project: Project | undefined,
  configured: (words: readonly string[]) => Seen | undefined = () => undefined,
): { package: Package | undefined; evidence: Evidence } | undefined {
  const { commands, env, configs, ...packages } = module.manifest.evidence.instrumented
  const [found] = project ? dependenciesIn(packages, project) : []
  if (found) {
    const { dependency } = found
    return { package: found.package, evidence: { source: dependency.source, what: shown(dependency) } }
  }
  const command = facts && commandMatch(commands, facts, project)
  if (command)
    return {
      package: undefined,
      evidence: { source: command.source, what: `command ${command.word.trim()}` },
    }
  const config = configured(configs)
  if (config) return { package: undefined, evidence: { source: config.source, what: config.value } }
  const variable = variableIn(env, facts)
  return variable && facts
    ? { package: undefined, evidence: { source: facts.source, what: `variable ${variable}` } }
    : undefined
}

/** Settings that a package or a variable switches on, so that no panel stays empty and none is missing. */
export function switches(
  module: Module,
  facts: Facts | undefined,
  project: Project | undefined,
): Record<string, boolean> {
  const on = Object.entries(module.manifest.settings).filter(([, { type, seen }]) => {
    const { env, ...packages } = seen
    const isNeeded = project !== undefined && dependenciesIn(packages, project).length > 0
    return type === 'boolean' && (isNeeded || variableIn(env ?? [], facts) !== undefined)
  })
  return Object.fromEntries(on.map(([name]) => [name, true]))
}
