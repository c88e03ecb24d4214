import { posix } from 'node:path'
import { editAction, type FileAction } from '../core/action.ts'
import { CONFIG_FILE, TEMPLATES_REVISION } from '../core/conventions.ts'
import { Interrupted, UserError } from '../core/errors.ts'
import { includeInMakefile } from '../core/makefile.ts'
import { operationsOf } from '../core/operations.ts'
import { isInSync, isOpen, type Plan, planTree, resolveConflicts, summarise } from '../core/plan.ts'
import { appendInYaml, hasItem } from '../core/splice.ts'
import { readBase, readDisk, readText } from '../io/files.ts'
import { nodeIo } from '../io/port.ts'
import { commit, recover } from '../io/transaction.ts'
import { VERSION } from '../io/version.ts'
import { conflictText, inSyncText, planText } from '../ui/plan.ts'
import { inquirerPrompter } from '../ui/prompter.ts'
import { offerLive } from './live.ts'
import { provisionSecrets } from './secrets.ts'
import { type Run, renderWorkspace, type Workspace } from './workspace.ts'

export interface ApplyOptions {
  /** The new text of vigie.yaml, when the command changes it. */
  readonly config?: string
  readonly onConflict?: 'keep' | 'vigie' | undefined
  readonly secrets?: ReadonlyMap<string, string>
  /** Whether a running stack gets it at once: what --apply or --no-apply said. Without the key nobody is asked. */
  readonly live?: { readonly apply: boolean | undefined }
}

/** Everything that would be written for a workspace: the tree, and the edits of files that are the user's. */
export function planWorkspace(run: Run, workspace: Workspace, config: string | undefined): Plan {
  const { output } = workspace.stack.config
  const next = renderWorkspace(workspace)
  const { fs } = nodeIo('')
  const base = readBase(run.root, output, fs)
  const disk = readDisk(run.root, output, new Set([...base.keys(), ...next.map(file => file.path)]), fs)
  const plan = planTree(base, disk, next)
  return { files: [...ownEdits(run, workspace, config), ...plan.files] }
}

/**
 * Shows the plan, asks, and carries it out.
 * @returns 0 when done or nothing to do, 1 when something needs an answer and nothing was written
 */
export async function applyWorkspace(run: Run, workspace: Workspace, options: ApplyOptions): Promise<number> {
  const { output } = workspace.stack.config
  recoverTree(run, output)
  const plan = await settle(run, planWorkspace(run, workspace, options.config), options.onConflict)
  if (run.options.json) run.print(`${JSON.stringify(planJson(plan), null, 2)}\n`)
  else run.say(planText(plan, output, run.options.verbose))
  const { open, writes } = summarise(plan)
  if (open > 0) return refuse(run, open)
  if (run.options.dryRun) {
    run.say('Dry run: nothing was written.\n')
    return 0
  }
  if (isInSync(plan)) run.say(inSyncText(plan))
  else if (run.canAsk && !(await (await inquirerPrompter()).confirm(`Apply ${writes} changes?`)))
    throw new Interrupted()
  await write(run, output, plan)
  for (const file of provisionSecrets(run, workspace, options.secrets ?? new Map()))
    run.say(`  To do  put the value into ${output}/secrets/${file}\n`)
  if (options.live) await offerLive(run, workspace, plan, options.live.apply)
  return 0
}

/** An earlier run that was killed half way is put back before anything is read. */
function recoverTree(run: Run, output: string): void {
  if (run.options.dryRun) return
  const files = recover(run.root, output, nodeIo(commandLine()))
  if (files > 0) run.say(`Recovered from an interrupted run: ${files} files put back as they were.\n`)
}

async function write(run: Run, output: string, plan: Plan): Promise<void> {
  const state = { schema: 1, vigie: VERSION, templates: TEMPLATES_REVISION }
  const done = await commit(run.root, output, operationsOf(plan, output, state), nodeIo(commandLine()))
  const { writes } = summarise(plan)
  if (writes > 0) run.say(`Wrote ${writes} ${writes === 1 ? 'file' : 'files'}.\n`)
  for (const { path, kept } of done.trashed) run.say(`  Kept what ${path} was: ${kept}\n`)
  if (done.signal !== undefined) throw new Interrupted('Stopped. The tree is whole.')
}

/** Conflicts are settled by the flag, or one question each in a terminal, where Enter keeps what is there. */
async function settle(run: Run, plan: Plan, onConflict: ApplyOptions['onConflict']): Promise<Plan> {
  if (onConflict) return resolveConflicts(plan, () => onConflict)
  const open = plan.files.filter(isOpen)
  if (!run.canAsk || open.length === 0) return plan
  const prompter = await inquirerPrompter()
  const answers = new Map<string, 'keep' | 'vigie'>()
  for (const action of open) {
    for (const conflict of action.conflicts) {
      run.say(conflictText(action.path, conflict))
      answers.set(`${action.path}\n${conflict.at}`, await prompter.side())
    }
  }
  return resolveConflicts(plan, (path, conflict) => answers.get(`${path}\n${conflict.at}`))
}

function refuse(run: Run, open: number): number {
  run.say(`Nothing was written: ${open} ${open === 1 ? 'conflict needs' : 'conflicts need'} you.\n`)
  run.say(
    '  hint: run it in a terminal, or pass  --on-conflict keep  (yours stays) or  --on-conflict vigie\n',
  )
  return 1
}

const commandLine = (): string => `vigie ${process.argv.slice(2).join(' ')}`

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
    edits.push(editAction(CONFIG_FILE, 'yaml', readOwn(run, CONFIG_FILE), config, 'what vigie watches'))
  if (attach === 'include' && compose !== undefined) edits.push(includeEdit(run, compose, output))
  const makefile = readOwn(run, 'Makefile')
  if (!OWN_TARGETS.test(makefile ?? '')) {
    const included = includeInMakefile(makefile ?? '', `${output}/vigie.mk`)
    edits.push(editAction('Makefile', 'lines', makefile, included, `include ${output}/vigie.mk`))
  }
  return edits.filter(edit => edit.kind !== 'none')
}

/** A Makefile with targets of these names keeps them: the stack's are then reached by `make -f monitoring/vigie.mk up`. */
const OWN_TARGETS = /^(up|down|logs|status|reload|validate|doctor)\s*:/m

function includeEdit(run: Run, compose: string, output: string): FileAction {
  const text = readOwn(run, compose)
  if (text === undefined)
    throw new UserError(`${compose} is gone.`, {
      hint: 'Set  compose:  in vigie.yaml to the Compose file of the app.',
    })
  const folder = posix.relative(posix.dirname(compose), output)
  const entry = { path: [`${folder}/compose.yaml`, `${folder}/compose.override.yaml`] }
  const after = hasItem(compose, text, ['include'], entry)
    ? text
    : appendInYaml(compose, text, ['include'], entry)
  return editAction(compose, 'yaml', text, after, `include: ${folder}/compose.yaml`)
}

const readOwn = (run: Run, path: string): string | undefined => readText(run.root, path, nodeIo('').fs)

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
