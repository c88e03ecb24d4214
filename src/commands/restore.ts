import { TEMPLATES_REVISION } from '../core/conventions.ts'
import { UserError } from '../core/errors.ts'
import { operationsOf } from '../core/operations.ts'
import { restoreAction } from '../core/restore.ts'
import { stateOf } from '../core/state.ts'
import { closest } from '../core/suggest.ts'
import { inStack } from '../io/files.ts'
import { VERSION } from '../io/version.ts'
import { planText } from '../ui/plan.ts'
import { planJson } from '../ui/plan-json.ts'
import { carryOut } from './carry-out.ts'
import { readTree } from './plan.ts'
import { recoverTree } from './recover.ts'
import { requireRevision } from './revision.ts'
import type { Run } from './run.ts'
import { openWorkspace } from './workspace.ts'

/** `vigie restore <path>`: the file as vigie writes it. The edited text is kept and named, so nobody has to be asked. */
export async function restoreCommand(run: Run, path: string): Promise<number> {
  recoverTree(run)
  const workspace = openWorkspace(run.root)
  const { output } = workspace.stack.config
  requireRevision(run, output, false)
  const { base, disk, next } = readTree(run, workspace)
  const given = path.replace(/^\.\//, '')
  const file = next.find(one => one.path === given || inStack(output, one.path) === given)
  if (file === undefined)
    throw unknown(
      path,
      output,
      next.map(one => one.path),
    )
  const plan = { files: [restoreAction(file, base.get(file.path), disk.get(file.path))] }
  if (run.options.json) run.print(planJson(plan, VERSION))
  if (plan.files.every(action => action.kind === 'none' && action.base.do === 'leave')) {
    run.say(`${inStack(output, file.path)} is as vigie writes it.\n`)
    return 0
  }
  if (!run.options.json) run.say(planText(plan, output, true))
  if (run.options.dryRun) run.say('Dry run: nothing was written.\n')
  else
    await carryOut(run, output, operationsOf(plan, output, stateOf(VERSION, TEMPLATES_REVISION)), () => false)
  return 0
}

function unknown(path: string, output: string, written: readonly string[]): UserError {
  const near = closest(path.replace(`${output}/`, ''), written)
  return new UserError(
    `vigie writes no ${path}${near ? ` — did you mean "${inStack(output, near)}"?` : '.'}`,
    { hint: 'vigie diff --edits   shows the files that you edited' },
  )
}
