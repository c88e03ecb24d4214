import type { Module } from '../core/modules/module.ts'
import type { Match } from './evidence.ts'

/** The module whose evidence weighs most, after those that another one stands above. */
export function ranked(
  modules: readonly Module[],
  match: (module: Module) => Match | undefined,
): { module: Module; match: Match } | undefined {
  const all = modules.flatMap(module => {
    const found = match(module)
    return found ? [{ module, match: found }] : []
  })
  const beaten = new Set(all.flatMap(one => one.module.manifest.evidence.over))
  return all.filter(one => !beaten.has(one.module.id)).sort((a, b) => b.match.weight - a.match.weight)[0]
}
