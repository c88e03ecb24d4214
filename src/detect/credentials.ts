import { passwordFile } from '../core/conventions.ts'
import type { Module } from '../core/modules/module.ts'
import type { ComposeProject } from './compose/load.ts'
import type { ComposeService, Variable } from './compose/service.ts'
import { type Variables, variableOf } from './env.ts'

/** How the exporter will log in, and which names of the service say so. */
export interface Login {
  readonly credentials: Readonly<Record<string, string>>
  readonly from: readonly string[]
  /** The password, where the Compose file spells it out: the wizard puts it into the secrets folder. */
  readonly literal: string | undefined
}

interface Password {
  readonly reference: string
  readonly from: string
  readonly literal?: string
}

/**
 * How the exporter will log in, taken from what the service itself uses: where the password is, never the password.
 * A literal in the Compose file becomes `file:`, which the wizard fills from there.
 * @param project what .env sets: `${NAME:-default}` is only a reference where NAME is really there; and which secrets there are
 */
export function loginOf(
  service: ComposeService,
  module: Module,
  project: Pick<ComposeProject, 'set' | 'secrets'>,
): Login {
  const spec = module.manifest.credentials
  const password = spec.password && passwordOf(service, spec.password, project)
  const owner = password && spec.user?.owners[password.from.replace(/_FILE$/, '')]
  const user = owner === undefined ? plain(service, spec.user?.env) : { value: owner, name: undefined }
  const database = plain(service, spec.database?.env)
  const credentials: Record<string, string> = {}
  if (user && !(owner !== undefined && owner === spec.user?.default)) credentials.user = user.value
  if (database) credentials.database = database.value
  if (password) credentials.password = password.reference
  const from = [user?.name, database?.name, password?.from].flatMap(name => name ?? [])
  return { credentials, from: [...new Set(from)], literal: password?.literal }
}

function plain(
  service: ComposeService,
  names: readonly string[] = [],
): { value: string; name: string } | undefined {
  return names
    .map(name => ({ name, value: service.environment.get(name)?.value ?? '' }))
    .find(one => one.value !== '' && /^[^\s:/@?#$]*$/.test(one.value))
}

type Spec = { readonly env: readonly string[]; readonly flags: readonly string[] }

function passwordOf(
  service: ComposeService,
  spec: Spec,
  { set, secrets }: Pick<ComposeProject, 'set' | 'secrets'>,
): Password | undefined {
  for (const name of spec.env) {
    const file = service.environment.get(`${name}_FILE`)?.value ?? ''
    const secret = /^\/run\/secrets\/(.+)$/.exec(file)?.[1]
    // A service of a profile may name a secret that only another Compose file defines: it is out of reach here.
    if (secret !== undefined && service.secrets.includes(secret))
      return {
        reference: secret in secrets ? `secret:${secret}` : `file:${passwordFile(service.name)}`,
        from: `${name}_FILE`,
      }
    const variable = service.environment.get(name)
    const found = variable && referenceOf(service, variable, name, set)
    if (found) return found
  }
  for (const flag of spec.flags) {
    const found = flagValue(service, flag)
    const reference = found && referenceOf(service, found, flag, set)
    if (reference) return reference
  }
  return undefined
}

function referenceOf(
  service: ComposeService,
  variable: Variable,
  from: string,
  set: Variables,
): Password | undefined {
  const named = variableOf(variable.raw)
  const isWhole = named !== undefined && /^\$(\{[^}]*\}|\w+)$/.test(variable.raw.trim())
  if (isWhole && (set.has(named.name) || !named.fallback)) return { reference: `env:${named.name}`, from }
  if (variable.value === '') return undefined
  return { reference: `file:${passwordFile(service.name)}`, from, literal: variable.value }
}

/** `--requirepass secret`, `--requirepass "$PASSWORD"`, and `$$PASSWORD`, which the container's shell fills in. */
function flagValue(service: ComposeService, flag: string): Variable | undefined {
  const after = (text: string): string | undefined => {
    const at = text.indexOf(flag)
    const [, value] = at < 0 ? [] : (/^[\s=]+["'\\]*([^\s"'\\]+)/.exec(text.slice(at + flag.length)) ?? [])
    return value
  }
  const variables = [...service.environment.values()]
  const raw = after(service.rawCommand) ?? variables.map(one => after(one.raw)).find(one => one !== undefined)
  const value =
    after(service.command) ?? variables.map(one => after(one.value)).find(one => one !== undefined)
  const own = /^\$\$?\{?(\w+)\}?$/.exec(raw ?? '')?.[1]
  if (raw?.startsWith('$$') && own !== undefined) return service.environment.get(own)
  return raw === undefined ? undefined : { raw, value: value ?? '' }
}
