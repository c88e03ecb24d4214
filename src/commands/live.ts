import { departedServices } from '../core/departed.ts'
import { isInSync, type Plan } from '../core/plan.ts'
import { inquirerPrompter } from '../ui/prompter.ts'
import { afterWriting } from './after-writing.ts'
import type { Run } from './run.ts'
import type { Workspace } from './workspace.ts'

/**
 * After the files are written: a running stack can have them at once. Asked in a terminal, done with --apply, never done unasked.
 * @param apply what --apply or --no-apply said; undefined without either
 */
export async function offerLive(
  run: Run,
  workspace: Workspace,
  plan: Plan,
  apply: boolean | undefined,
): Promise<void> {
  const departed = departedServices(plan)
  const asks = apply === undefined && run.canAsk && !isInSync(plan)
  if (apply === true || asks) {
    // Imported here: what drives the engine takes a while to load, and most runs need none of it.
    const { isRunning, rollOut } = await import('./rollout.ts')
    if (apply === true || ((await isRunning(run, workspace)) && (await agrees())))
      return rollOut(run, workspace, departed)
  }
  if (departed.length > 0)
    run.say(
      'No container or volume was touched. To stop what is no longer in the stack:  docker compose up -d --remove-orphans\n',
    )
}

async function agrees(): Promise<boolean> {
  const question = (await inquirerPrompter()).confirm('The stack is running. Apply this to it now?', true)
  return afterWriting(question, 'the running stack was not touched')
}
