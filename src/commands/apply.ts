import { TEMPLATES_REVISION } from '../core/conventions.ts'
import { Interrupted } from '../core/errors.ts'
import { operationsOf } from '../core/operations.ts'
import { isInSync, type Plan, summarise } from '../core/plan.ts'
import { planDiffs } from '../core/plan-diff.ts'
import { stateOf } from '../core/state.ts'
import { inStack } from '../io/files.ts'
import { VERSION } from '../io/version.ts'
import { colourDiff } from '../ui/colour.ts'
import { inSyncText, planText } from '../ui/plan.ts'
import { planJson } from '../ui/plan-json.ts'
import { inquirerPrompter } from '../ui/prompter.ts'
import { afterWriting } from './after-writing.ts'
import { carryOut } from './carry-out.ts'
import { offerLive } from './live.ts'
import type { ConfigEdit } from './own-files.ts'
import { planWorkspace } from './plan.ts'
import { requireSound } from './require-sound.ts'
import { settleRevision } from './revision.ts'
import type { Run } from './run.ts'
import { provisionSecrets } from './secrets.ts'
import { type OnConflict, settle } from './settle.ts'
import type { Workspace } from './workspace.ts'

export interface ApplyOptions {
  /** The edit of vigie.yaml, when the command makes one. */
  readonly config?: ConfigEdit
  readonly onConflict?: OnConflict
  /** Whether newer templates may come in. */
  readonly upgrade?: boolean
  readonly secrets?: ReadonlyMap<string, string>
  /** Whether a running stack gets it at once: what --apply or --no-apply said. Without the key nobody is asked. */
  readonly live?: { readonly apply: boolean | undefined }
}

/**
 * Shows the plan, asks, and carries it out.
 * @returns 0 when done or nothing to do, 1 when something needs an answer and nothing was written
 */
export async function applyWorkspace(run: Run, workspace: Workspace, options: ApplyOptions): Promise<number> {
  const { output } = workspace.stack.config
  const planFrom = (revision: number): Plan => planWorkspace(run, workspace, revision, options.config)
  const revision = await settleRevision(run, output, options.upgrade === true, planFrom)
  const plan = await settle(run, output, planFrom(revision), options.onConflict)
  if (run.options.json) run.print(planJson(plan, VERSION))
  else run.say(planText(plan, output, run.options.verbose))
  const { open } = summarise(plan)
  if (open > 0) return refuse(run, open)
  if (!isInSync(plan)) requireSound(run, workspace.stack.config, plan)
  if (run.options.dryRun) {
    run.say('Dry run: nothing was written.\n')
    return 0
  }
  if (isInSync(plan)) run.say(inSyncText(plan))
  else if (run.canAsk) await confirm(run, output, plan)
  await carryOut(run, output, operationsOf(plan, output, stateOf(VERSION, TEMPLATES_REVISION)))
  if (revision !== TEMPLATES_REVISION)
    run.say(
      `Upgraded templates ${revision} → ${TEMPLATES_REVISION}. CHANGELOG.md of vigie says what changed.\n`,
    )
  const secrets = provisionSecrets(run, workspace, options.secrets ?? new Map())
  for (const file of await afterWriting(secrets, 'a secret is missing, and  vigie generate  asks for it'))
    run.say(`  To do  put the value into ${output}/secrets/${file}\n`)
  if (options.live) await offerLive(run, workspace, plan, options.live.apply)
  return 0
}

/** @throws Interrupted unless somebody says yes */
async function confirm(run: Run, output: string, plan: Plan): Promise<void> {
  const prompter = await inquirerPrompter()
  const { writes } = summarise(plan)
  for (;;) {
    const reply = await prompter.choose(`Apply ${writes === 1 ? '1 change' : `${writes} changes`}?`, [
      { key: 'y', name: 'yes', value: 'yes' },
      { key: 'n', name: 'no, write nothing', value: 'no' },
      { key: 'd', name: 'show the difference', value: 'diff' },
    ])
    if (reply === 'no') throw new Interrupted()
    if (reply === 'yes') return
    for (const { text } of planDiffs(plan, path => inStack(output, path)))
      run.say(colourDiff(text, run.colours.err))
  }
}

function refuse(run: Run, open: number): number {
  run.say(`Nothing was written: ${open} ${open === 1 ? 'conflict needs' : 'conflicts need'} you.\n`)
  run.say(
    '  hint: run it in a terminal, or pass  --on-conflict keep  (yours stays) or  --on-conflict vigie\n',
  )
  return 1
}
