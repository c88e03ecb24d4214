import type { Module } from '../core/modules/module.ts'
import type { ComposeService } from './compose-file.ts'

/**
 * How the exporter will log in, taken from what the service itself uses: where the password is, never the password.
 * A literal in the Compose file becomes `file:`, which the wizard fills from there.
 */
export function credentialsOf(service: ComposeService, module: Module): Record<string, string> {
  const spec = module.manifest.credentials
  const found: Record<string, string> = {}
  const plain = (names: readonly string[] | undefined): string | undefined =>
    names
      ?.map(name => service.environment[name])
      .find(value => value !== undefined && value !== '' && !value.includes('$'))
  const user = plain(spec.user?.env)
  const database = plain(spec.database?.env)
  const password = passwordReference(service, spec.password?.env ?? [])
  if (user !== undefined) found.user = user
  if (database !== undefined) found.database = database
  if (password !== undefined) found.password = password
  return found
}

function passwordReference(service: ComposeService, names: readonly string[]): string | undefined {
  for (const name of names) {
    const secret = /^\/run\/secrets\/(.+)$/.exec(service.environment[`${name}_FILE`] ?? '')?.[1]
    if (secret !== undefined && service.secrets.includes(secret)) return `secret:${secret}`
    const value = service.environment[name]
    if (value === undefined || value === '') continue
    const variable = /^\$\{?([A-Za-z_][A-Za-z0-9_]*)/.exec(value)?.[1]
    return variable === undefined ? `file:${literalFile(service.name)}` : `env:${variable}`
  }
  return undefined
}

/** The file in the secrets folder that a literal password of a service goes to. */
export const literalFile = (service: string): string => `${service}_password`

/** The literal password of a service, when its Compose file spells it out. */
export function literalPassword(service: ComposeService, module: Module): string | undefined {
  const names = module.manifest.credentials.password?.env ?? []
  return names
    .map(name => service.environment[name])
    .find(value => value !== undefined && value !== '' && !value.startsWith('$'))
}
