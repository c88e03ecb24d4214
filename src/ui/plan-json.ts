import { isOpen, type Plan, summarise } from '../core/plan.ts'

/**
 * A plan as data, for scripts: the same facts that people are shown. Stable within a schema.
 * @param unwatched services of the repo that vigie.yaml does not know
 */
export function planJson(plan: Plan, version: string, unwatched: readonly string[] = []): string {
  const files = plan.files
    .filter(action => action.kind !== 'none')
    .map(action => ({
      path: action.path,
      action: action.kind,
      strategy: action.strategy,
      why: action.why,
      conflicts: isOpen(action) ? action.conflicts : [],
    }))
  const summary = summarise(plan)
  const facts = { schema: 1, vigie: version, changed: summary.writes > 0, summary, files, unwatched }
  return `${JSON.stringify(facts, null, 2)}\n`
}
