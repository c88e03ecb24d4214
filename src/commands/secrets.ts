import { join } from 'node:path'
import type { NewConfig, NewService } from '../core/config/write.ts'
import { UserError } from '../core/errors.ts'
import { readComposeFile } from '../detect/compose-file.ts'
import { literalFile, literalPassword } from '../detect/credentials.ts'
import { repoView } from '../detect/repo.ts'
import { hasSecret, randomPassword, writeSecret } from '../io/secrets.ts'
import type { Run, Workspace } from './workspace.ts'

export const secretsFolder = (run: Run, workspace: Workspace): string =>
  join(run.root, workspace.stack.config.output, 'secrets')

/**
 * Writes the secret files that vigie can: a random Grafana password, and database passwords which the Compose file spells
 * out. @returns the files that somebody else has to fill
 */
export function provisionSecrets(
  run: Run,
  workspace: Workspace,
  given: ReadonlyMap<string, string>,
): string[] {
  const folder = secretsFolder(run, workspace)
  const literals = literalPasswords(run, workspace)
  const missing: string[] = []
  for (const { file } of workspace.stack.secrets) {
    if (hasSecret(folder, file)) continue
    const value =
      given.get(file) ??
      literals.get(file) ??
      (file === 'grafana_admin_password' ? randomPassword() : undefined)
    if (value === undefined) missing.push(file)
    else writeSecret(folder, file, value)
  }
  return missing
}

/** A secret of the app's Compose project is out of reach from another project; there the stack has a file of its own. */
export function withReachablePassword(service: NewService, attach: NewConfig['attach']): NewService {
  const { password } = service.credentials
  if (attach === 'include' || !password?.startsWith('secret:')) return service
  return {
    ...service,
    credentials: { ...service.credentials, password: `file:${literalFile(service.name)}` },
  }
}

/** @throws UserError naming the files, before Compose fails on them */
export function requireSecrets(run: Run, workspace: Workspace): void {
  const missing = provisionSecrets(run, workspace, new Map())
  if (missing.length === 0) return
  const folder = `${workspace.stack.config.output}/secrets`
  throw new UserError(
    `${missing.length === 1 ? 'A secret is' : 'Secrets are'} missing: ${missing.map(file => `${folder}/${file}`).join(', ')}.`,
    {
      hint: `printf %s 'the value' > ${folder}/${missing[0]}`,
    },
  )
}

function literalPasswords(run: Run, workspace: Workspace): Map<string, string> {
  const view = repoView(run.root)
  const compose = readComposeFile(view, workspace.stack.config.compose)
  const found = new Map<string, string>()
  for (const target of workspace.stack.targets) {
    const service = compose?.services.find(one => one.name === target.container)
    const password = service && literalPassword(service, target.module)
    if (password !== undefined) found.set(literalFile(target.name), password)
  }
  return found
}
