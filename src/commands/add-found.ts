import { serviceValue } from '../core/config/write.ts'
import { CONFIG_FILE } from '../core/conventions.ts'
import { UserError } from '../core/errors.ts'
import { appendInYaml, setInYaml } from '../core/splice.ts'
import type { DetectedService } from '../detect/detection.ts'
import { inquirerPrompter } from '../ui/prompter.ts'
import { applyWorkspace } from './apply.ts'
import type { ChangeOptions } from './generate.ts'
import { asNew, isSure, unwatched, unwatchedText } from './look.ts'
import { recoverTree } from './recover.ts'
import type { Run } from './run.ts'
import { withReachablePassword } from './secrets.ts'
import { bare, setupText } from './setup-text.ts'
import { openWorkspace, proposedWorkspace, type Workspace } from './workspace.ts'

/** `vigie add` without a kind: what runs in the repo and is not watched is proposed; what is declined is not asked about again. */
export async function addFoundCommand(run: Run, options: ChangeOptions): Promise<number> {
  recoverTree(run)
  const workspace = openWorkspace(run.root)
  const found = unwatched(run, workspace)
  if (found.length === 0) {
    run.say('Everything that vigie sees here is watched.\n')
    return 0
  }
  run.say(unwatchedText(found))
  const { add, decline } = await choose(run, found)
  if (add.length === 0 && decline.length === 0) return 0
  const text = withServices(workspace, add, decline)
  const config = { text, why: `watches ${add.map(one => one.name).join(', ') || 'nothing more'}` }
  const { onConflict, upgrade, apply } = options
  const after = proposedWorkspace(run.root, text)
  const code = await applyWorkspace(run, after, { config, onConflict, upgrade, live: { apply } })
  if (code === 0 && !run.options.dryRun) run.say(setupText(workspace.stack.config.output, bare(add)))
  return code
}

interface Answer {
  readonly add: readonly DetectedService[]
  readonly decline: readonly DetectedService[]
}

async function choose(run: Run, found: readonly DetectedService[]): Promise<Answer> {
  if (run.options.yes) return { add: found, decline: [] }
  if (!run.canAsk)
    throw new UserError('Questions cannot be asked here: this is no terminal.', {
      hint: 'vigie add --yes   watches them all; vigie add <kind> <name>   one of them',
    })
  const prompter = await inquirerPrompter()
  const choices = found.map(one => ({
    name: `${one.name}  ${one.kind}  ${one.address}`,
    value: one.name,
    checked: isSure(one),
  }))
  const names = await prompter.checkbox('Watch which services?', choices)
  const others = found.filter(one => !names.includes(one.name))
  const decline =
    others.length > 0 &&
    (await prompter.confirm(`Never ask about ${others.map(one => one.name).join(', ')} again?`, true))
  return { add: found.filter(one => names.includes(one.name)), decline: decline ? others : [] }
}

function withServices(
  { text, stack }: Workspace,
  add: readonly DetectedService[],
  decline: readonly DetectedService[],
): string {
  const added = add.reduce((before, one) => {
    const value = { yaml: serviceValue(withReachablePassword(asNew(one), stack.config.attach)) }
    return setInYaml(CONFIG_FILE, before, ['services', one.name], value)
  }, text)
  return decline.reduce((before, one) => appendInYaml(CONFIG_FILE, before, ['ignore'], one.name), added)
}
