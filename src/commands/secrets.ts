import { join } from 'node:path'
import type { SecretSpec } from '../core/alerts/receiver-type.ts'
import type { NewConfig, NewService } from '../core/config/write.ts'
import { passwordFile } from '../core/conventions.ts'
import { UserError } from '../core/errors.ts'
import { closeFolder, hasSecret, randomPassword, writeSecret } from '../io/secrets.ts'
import { inquirerPrompter } from '../ui/prompter.ts'
import { givenSecret, HEARTBEAT_SECRET } from './given-secret.ts'
import type { Run } from './run.ts'
import type { Workspace } from './workspace.ts'

export const secretsFolder = (run: Run, workspace: Workspace): string =>
  join(run.root, workspace.stack.config.output, 'secrets')

/**
 * Writes the secret files that are missing: a random Grafana password, database passwords which the Compose file spells
 * out, and what variables or somebody at the terminal give. @returns the files that nobody could fill
 */
export async function provisionSecrets(
  run: Run,
  workspace: Workspace,
  given: ReadonlyMap<string, string>,
): Promise<string[]> {
  const folder = secretsFolder(run, workspace)
  closeFolder(folder)
  const wanted = workspace.stack.secrets.filter(({ file }) => !hasSecret(folder, file))
  if (wanted.length === 0) return []
  // Imported here, because looking at the repo is much code, and most runs have all their secrets.
  const { literalPasswords } = await import('./literal-passwords.ts')
  const literals = literalPasswords(run, workspace)
  const specs = secretSpecs(workspace)
  const missing: string[] = []
  for (const { file } of wanted) {
    const spec = specs.get(file)
    const value =
      given.get(file) ??
      literals.get(file) ??
      (file === 'grafana_admin_password' ? randomPassword() : undefined) ??
      (spec && (await givenSecret(run, spec, run.canAsk ? await inquirerPrompter() : undefined)))
    if (!value) missing.push(file)
    else writeSecret(folder, file, value)
  }
  return missing
}

/** What belongs into the files that deliver alerts. */
function secretSpecs(workspace: Workspace): Map<string, SecretSpec> {
  const { receivers, config } = workspace.stack
  const heartbeat = config.alerts.deadManSwitch
  return new Map([
    ...receivers.flatMap(one => one.secrets.map(({ file, spec }) => [file, spec] as const)),
    ...(heartbeat ? [[heartbeat.urlFile, HEARTBEAT_SECRET] as const] : []),
  ])
}

/** A secret of the app's Compose project is out of reach from another project; there the stack has a file of its own. */
export function withReachablePassword(service: NewService, attach: NewConfig['attach']): NewService {
  const { password } = service.credentials
  if (attach === 'include' || !password?.startsWith('secret:')) return service
  return {
    ...service,
    credentials: { ...service.credentials, password: `file:${passwordFile(service.name)}` },
  }
}

/** @throws UserError naming the files, before Compose fails on them */
export async function requireSecrets(run: Run, workspace: Workspace): Promise<void> {
  const missing = await provisionSecrets(run, workspace, new Map())
  if (missing.length === 0) return
  const folder = `${workspace.stack.config.output}/secrets`
  const spec = secretSpecs(workspace).get(missing[0] ?? '')
  throw new UserError(
    `${missing.length === 1 ? 'A secret is' : 'Secrets are'} missing: ${missing.map(file => `${folder}/${file}`).join(', ')}.`,
    {
      hint: spec
        ? `vigie generate   in a terminal asks for it; elsewhere it is read from ${spec.env} or the file named in ${spec.env}_FILE`
        : `printf %s 'the value' > ${folder}/${missing[0]}`,
    },
  )
}
