import { join } from 'node:path'
import { CONFIG_FILE } from '../core/conventions.ts'
import { UserError } from '../core/errors.ts'
import { appendInYaml, removeFromYaml, setInYaml } from '../core/splice.ts'
import type { Stack } from '../core/stack.ts'
import { closest } from '../core/suggest.ts'
import { hasSecret } from '../io/secrets.ts'
import { applyWorkspace } from './apply.ts'
import type { ChangeOptions } from './generate.ts'
import { unwatched } from './look.ts'
import { recoverTree } from './recover.ts'
import type { Run } from './run.ts'
import { openWorkspace, type Workspace, workspaceOf } from './workspace.ts'

/** `vigie remove <name>`: files that were only its own go; containers, volumes and secrets stay, and are named. */
export async function removeCommand(run: Run, name: string, options: ChangeOptions): Promise<number> {
  recoverTree(run)
  const workspace = openWorkspace(run.root)
  const names = Object.keys(workspace.parsed.config.services)
  if (!names.includes(name)) {
    const near = closest(name, names)
    throw new UserError(`vigie.yaml has no service "${name}"${near ? ` — did you mean "${near}"?` : '.'}`, {
      hint: 'vigie list   shows them',
    })
  }
  const emptied = removeFromYaml(CONFIG_FILE, workspace.text, ['services', name])
  const left = names.length > 1 ? emptied : setInYaml(CONFIG_FILE, emptied, ['services'], {})
  const text = declined(run, workspace, left)
  const rest = workspaceOf(run.root, text)
  const config = { text, why: `no longer watches ${name}` }
  const { onConflict, upgrade, apply } = options
  const code = await applyWorkspace(run, rest, { config, onConflict, upgrade, live: { apply } })
  if (code === 0 && !run.options.dryRun) run.say(idleSecrets(run, workspace.stack, rest.stack))
  return code
}

/** What still runs but was taken out on purpose is not reported as forgotten from then on. */
function declined(run: Run, before: Workspace, text: string): string {
  const known = unwatched(run, before).map(one => one.name)
  const freed = unwatched(run, workspaceOf(run.root, text)).filter(one => !known.includes(one.name))
  return freed.reduce((edited, one) => appendInYaml(CONFIG_FILE, edited, ['ignore'], one.name), text)
}

/** Secrets are never deleted; those that nothing uses any more are named. */
function idleSecrets(run: Run, before: Stack, after: Stack): string {
  const folder = `${before.config.output}/secrets`
  const used = new Set(after.secrets.map(secret => secret.file))
  return before.secrets
    .map(secret => secret.file)
    .filter(file => !used.has(file) && hasSecret(join(run.root, folder), file))
    .map(file => `  ${folder}/${file} is still there; nothing uses it any more.\n`)
    .join('')
}
