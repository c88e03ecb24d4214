import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { editAction, type FileAction } from '../core/action.ts'
import { CONFIG_FILE, TEMPLATES_REVISION } from '../core/conventions.ts'
import { Interrupted, UserError } from '../core/errors.ts'
import { includeMakefile, includeStack } from '../core/include.ts'
import { operationsOf } from '../core/operations.ts'
import { isInSync, isOpen, type Plan, planTree, resolveConflicts, summarise } from '../core/plan.ts'
import { applyOperations, readTree } from '../io/tree.ts'
import { VERSION } from '../io/version.ts'
import { inSyncText, planText } from '../ui/plan.ts'
import { inquirerPrompter } from '../ui/prompter.ts'
import { provisionSecrets } from './secrets.ts'
import { type Run, renderWorkspace, type Workspace } from './workspace.ts'

export interface ApplyOptions {
  /** The new text of vigie.yaml, when the command changes it. */
  readonly config?: string
  readonly onConflict?: 'keep' | 'vigie' | undefined
  readonly secrets?: ReadonlyMap<string, string>
}

/** Everything that would be written for a workspace: the tree, and the edits of files that are the user's. */
export function planWorkspace(run: Run, workspace: Workspace, config: string | undefined): Plan {
  const { output } = workspace.stack.config
  const next = renderWorkspace(workspace)
  const { base, disk } = readTree(
    run.root,
    output,
    next.map(file => file.path),
  )
  const plan = planTree(base, disk, next)
  return { files: [...ownEdits(run, workspace, config), ...plan.files] }
}

/**
 * Shows the plan, asks, and carries it out.
 * @returns 0 when done or nothing to do, 1 when something needs an answer and nothing was written
 */
export async function applyWorkspace(run: Run, workspace: Workspace, options: ApplyOptions): Promise<number> {
  const { output } = workspace.stack.config
  const { onConflict } = options
  const drafted = planWorkspace(run, workspace, options.config)
  const plan = onConflict ? resolveConflicts(drafted, () => onConflict) : drafted
  if (run.options.json) run.print(`${JSON.stringify(planJson(plan), null, 2)}\n`)
  else run.say(planText(plan, output, run.options.verbose))
  const { open, writes } = summarise(plan)
  if (open > 0) {
    run.say(`Nothing was written: ${open} ${open === 1 ? 'conflict needs' : 'conflicts need'} you.\n`)
    run.say('  hint: --on-conflict keep   keeps yours, --on-conflict vigie   takes the new ones\n')
    return 1
  }
  if (run.options.dryRun) {
    run.say('Dry run: nothing was written.\n')
    return 0
  }
  if (isInSync(plan)) run.say(inSyncText(plan))
  else if (run.canAsk && !(await (await inquirerPrompter()).confirm(`Apply ${writes} changes?`)))
    throw new Interrupted()
  const state = { schema: 1, vigie: VERSION, templates: TEMPLATES_REVISION }
  await applyOperations(run.root, output, operationsOf(plan, output, state))
  const missing = provisionSecrets(run, workspace, options.secrets ?? new Map())
  if (writes > 0) run.say(`Wrote ${writes} files.\n`)
  for (const file of missing) run.say(`  To do  put the value into ${output}/secrets/${file}\n`)
  return 0
}

/** `vigie check`: 1 when the stack is stale, with what and why; edits alone are fine. */
export function checkWorkspace(run: Run, workspace: Workspace): number {
  const plan = planWorkspace(run, workspace, undefined)
  if (run.options.json) run.print(`${JSON.stringify(planJson(plan), null, 2)}\n`)
  if (isInSync(plan)) {
    run.say(inSyncText(plan))
    return 0
  }
  run.say('The stack is not what vigie.yaml says:\n')
  run.say(planText(plan, workspace.stack.config.output, false))
  run.say('  hint: run  vigie generate  and commit.\n')
  return 1
}

function ownEdits(run: Run, workspace: Workspace, config: string | undefined): FileAction[] {
  const { attach, compose, output } = workspace.stack.config
  const edits: FileAction[] = []
  if (config !== undefined)
    edits.push(editAction(CONFIG_FILE, 'yaml', readIf(run, CONFIG_FILE), config, 'what vigie watches'))
  if (attach === 'include' && compose !== undefined) edits.push(includeEdit(run, compose, output))
  const makefile = readIf(run, 'Makefile')
  const included = includeMakefile(makefile ?? '', output)
  if (included !== undefined)
    edits.push(editAction('Makefile', 'lines', makefile, included, `include ${output}/vigie.mk`))
  return edits.filter(edit => edit.kind !== 'none')
}

function includeEdit(run: Run, compose: string, output: string): FileAction {
  const text = readIf(run, compose)
  if (text === undefined)
    throw new UserError(`${compose} is gone.`, {
      hint: 'Set  compose:  in vigie.yaml to the Compose file of the app.',
    })
  const folder = compose
    .split('/')
    .slice(0, -1)
    .map(() => '..')
    .join('/')
  const after = includeStack(text, folder === '' ? output : `${folder}/${output}`)
  if (after === undefined)
    throw new UserError(`${compose} has an "include" that vigie cannot extend safely.`, {
      hint: `Add  - path: [${output}/compose.yaml, ${output}/compose.override.yaml]  to it by hand and run this again.`,
    })
  return editAction(compose, 'yaml', text, after, `include: ${output}/compose.yaml`)
}

const readIf = (run: Run, path: string): string | undefined => {
  const file = join(run.root, path)
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

function planJson(plan: Plan): unknown {
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
  return { schema: 1, changed: summary.writes > 0, summary, files }
}
