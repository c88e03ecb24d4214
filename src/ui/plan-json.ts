import { isOpen, type Plan, summarise } from '../core/plan.ts'

/** A plan as data, for scripts: the same facts that people are shown. Stable within a schema. */
export function planJson(plan: Plan, version: string): string {
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
  const facts = { schema: 1, vigie: version, changed: summary.writes > 0, summary, files }
  return `${JSON.stringify(facts, null, 2)}\n`
}
