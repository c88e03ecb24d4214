import { STATE_FILE } from '../core/base.ts'
import { TEMPLATES_REVISION } from '../core/conventions.ts'
import { UserError } from '../core/errors.ts'
import { type Plan, summarise } from '../core/plan.ts'
import { parseState, type State } from '../core/state.ts'
import { inStack, readText } from '../io/files.ts'
import { nodeIo } from '../io/port.ts'
import { VERSION } from '../io/version.ts'
import { inquirerPrompter } from '../ui/prompter.ts'
import type { Run } from './run.ts'

/**
 * Which templates revision the stack was rendered from. This package has only its newest templates, so a stack of an older
 * revision is left alone until somebody asks for the upgrade, and one of a newer revision always.
 * @param upgrade whether the newer templates are wanted
 * @throws UserError when the revisions differ and no upgrade was asked for
 */
export function requireRevision(run: Run, output: string, upgrade: boolean): number {
  const state = readState(run, output)
  if (state === undefined || state.templates === TEMPLATES_REVISION) return TEMPLATES_REVISION
  if (state.templates > TEMPLATES_REVISION) throw tooOld(run, state)
  if (upgrade) return state.templates
  throw needsUpgrade(run, state, 'vigie generate --upgrade   takes the newer ones')
}

/** The same, but in a terminal the upgrade is offered; Enter declines. */
export async function settleRevision(
  run: Run,
  output: string,
  upgrade: boolean,
  plan: (revision: number) => Plan,
): Promise<number> {
  const state = readState(run, output)
  if (upgrade || state === undefined || state.templates >= TEMPLATES_REVISION)
    return requireRevision(run, output, upgrade)
  const { writes } = summarise(plan(state.templates))
  const upgraded = `vigie ${run.argv} --upgrade   takes the newer ones too: ${files(writes)}`
  const refusal = needsUpgrade(run, state, upgraded)
  if (!run.canAsk || run.options.dryRun) throw refusal
  run.say(`${refusal.message}\n`)
  const prompter = await inquirerPrompter()
  if (!(await prompter.confirm(`Upgrade the stack too (${files(writes)})?`, false))) throw refusal
  return state.templates
}

/** Undefined where vigie has written nothing yet. */
function readState(run: Run, output: string): State | undefined {
  const path = inStack(output, STATE_FILE)
  const text = readText(run.root, path, nodeIo('').fs)
  return text === undefined ? undefined : parseState(path, text)
}

const files = (count: number): string => (count === 1 ? '1 file changes' : `${count} files change`)

function needsUpgrade(run: Run, state: State, upgrade: string): UserError {
  return new UserError(
    `This stack uses templates ${state.templates}; vigie ${VERSION} has ${TEMPLATES_REVISION}.`,
    { hint: `npx vigie@${state.vigie} ${run.argv}   keeps them;   ${upgrade}` },
  )
}

function tooOld(run: Run, state: State): UserError {
  return new UserError(
    `This stack uses templates ${state.templates}; vigie ${VERSION} only has ${TEMPLATES_REVISION}.`,
    { hint: `npx vigie@${state.vigie} ${run.argv}   or update vigie` },
  )
}
