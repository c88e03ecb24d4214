import { Interrupted } from '../core/errors.ts'
import type { Choice } from '../core/merge/result.ts'
import { isOpen, type OpenAction, type Plan, resolveConflicts } from '../core/plan.ts'
import { unifiedDiff } from '../core/unified.ts'
import { inStack } from '../io/files.ts'
import { colourDiff } from '../ui/colour.ts'
import { conflictText } from '../ui/conflict.ts'
import { type Answer, inquirerPrompter, type Prompter } from '../ui/prompter.ts'
import type { Run } from './run.ts'

export type OnConflict = Choice | undefined
type Reply = Choice | 'diff' | 'all' | 'quit'

const ENDING: readonly Answer<Reply>[] = [
  { key: 'd', name: 'show the difference', value: 'diff' },
  { key: 'a', name: 'keep all of mine', value: 'all' },
  { key: 'q', name: 'quit, write nothing', value: 'quit' },
]
const CLASH: readonly [Answer<Reply>, ...Answer<Reply>[]] = [
  { key: 'k', name: 'keep mine', value: 'keep' },
  { key: 'v', name: 'take vigie’s', value: 'vigie' },
  ...ENDING,
]
const ORPHAN: readonly [Answer<Reply>, ...Answer<Reply>[]] = [
  { key: 'k', name: 'keep it as mine', value: 'keep' },
  { key: 'r', name: 'remove it', value: 'vigie' },
  ...ENDING,
]

/** Conflicts are settled by the flag, or one question each in a terminal, where Enter keeps what is there. */
export async function settle(run: Run, output: string, plan: Plan, onConflict: OnConflict): Promise<Plan> {
  const asks = run.canAsk && !run.options.dryRun
  let now = plan
  // Twice, because answers that do not go together bring one more question: about the whole file.
  for (let round = 0; round < 2 && now.files.some(isOpen); round++) {
    if (onConflict) now = resolveConflicts(now, () => onConflict)
    else if (asks) now = await askAll(run, output, now)
  }
  return now
}

async function askAll(run: Run, output: string, plan: Plan): Promise<Plan> {
  const prompter = await inquirerPrompter()
  const answers = new Map<string, Choice>()
  let keepRest = false
  for (const action of plan.files.filter(isOpen)) {
    for (const conflict of action.conflicts) {
      if (!keepRest) run.say(conflictText(inStack(output, action.path), conflict))
      const reply = keepRest ? 'keep' : await ask(run, prompter, action)
      if (reply === 'all') keepRest = true
      answers.set(`${action.path}\n${conflict.at}`, reply === 'all' ? 'keep' : reply)
    }
  }
  return resolveConflicts(plan, (path, conflict) => answers.get(`${path}\n${conflict.at}`))
}

async function ask(run: Run, prompter: Prompter, action: OpenAction): Promise<Choice | 'all'> {
  const orphan = action.kind === 'orphan'
  for (;;) {
    const reply = await prompter.choose(
      orphan ? 'Keep it as yours, or remove it?' : 'Keep which?',
      orphan ? ORPHAN : CLASH,
    )
    if (reply === 'quit') throw new Interrupted()
    if (reply !== 'diff') return reply
    run.say(colourDiff(differenceOf(action), run.colours.err))
  }
}

/** From the user's file to vigie's; of a file that vigie no longer writes, what the user did to it. */
function differenceOf(action: OpenAction): string {
  const { path, seen } = action
  if (action.kind === 'conflict') return unifiedDiff({ path, before: seen, after: action.next })
  const before = action.previous.kind === 'text' ? action.previous.text : undefined
  return unifiedDiff({ path, before, after: seen })
}
