import { isInSync, type Plan, summarise } from '../core/plan.ts'
import { VERSION } from '../io/version.ts'
import { editsText, inSyncText, planText } from '../ui/plan.ts'
import { planJson } from '../ui/plan-json.ts'
import { unwatched, unwatchedText } from './look.ts'
import { planWorkspace } from './plan.ts'
import { requireWhole } from './recover.ts'
import { requireRevision } from './revision.ts'
import type { Run } from './run.ts'
import { openWorkspace } from './workspace.ts'

/** `vigie check`: 1 when the stack is stale, with what and why; edits alone are fine, unless they are not wanted at all. */
export function checkCommand(run: Run, strict: boolean): number {
  requireWhole(run)
  const workspace = openWorkspace(run.root)
  const { output } = workspace.stack.config
  const plan = planWorkspace(run, workspace, requireRevision(run, output, false))
  const missing = unwatched(run, workspace)
  if (run.options.json)
    run.print(
      planJson(
        plan,
        VERSION,
        missing.map(one => one.name),
      ),
    )
  if (!isInSync(plan)) {
    run.say('The stack is not what vigie.yaml says:\n')
    run.say(planText(plan, output, false))
    run.say('  hint: run  vigie generate  and commit.\n')
    return 1
  }
  if (strict && isEdited(plan)) {
    run.say('These generated files carry edits:\n')
    run.say(editsText(plan, output))
    run.say('  hint: vigie diff --edits   shows them; vigie restore <path>   undoes them\n')
    return 1
  }
  if (missing.length > 0) {
    run.say(unwatchedText(missing))
    return 1
  }
  run.say(inSyncText(plan))
  return 0
}

function isEdited(plan: Plan): boolean {
  const { keep, keepDeleted } = summarise(plan)
  return keep + keepDeleted > 0
}
