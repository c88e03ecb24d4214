import type { ParsedConfig } from '../config/parse.ts'
import type { ServiceConfig } from '../config/schema.ts'
import { OWN_PREFIX, SECRETS_MOUNT } from '../conventions.ts'
import { UserError } from '../errors.ts'
import type { Module } from '../modules/module.ts'
import type { PasswordSource, Target } from '../stack.ts'

/** The login that a target's exporter uses: what vigie.yaml says, else what the kind's images begin with. */
export function login(
  service: ServiceConfig,
  module: Module,
): Pick<Target, 'user' | 'database' | 'password'> {
  const spec = module.manifest.credentials
  const user = service.credentials.user ?? spec.user?.default
  const database =
    service.credentials.database ??
    spec.database?.default ??
    (spec.database?.sameAs === 'user' ? user : undefined)
  return { user, database, password: passwordSource(service.credentials.password) }
}

/** Prometheus reads passwords from files only, and a few exporters from variables only. */
export function refuseUnreadablePassword(
  name: string,
  service: ServiceConfig,
  module: Module,
  parsed: ParsedConfig,
): void {
  const { password } = service.credentials
  const at = parsed.place(['services', name, 'credentials', 'password'])
  const { credentials, endpoint, title } = module.manifest
  if (credentials.password?.from === 'variable' && password !== undefined && !password.startsWith('env:'))
    throw new UserError(`Service "${name}": the exporter of ${title} reads no password from a file.`, {
      at,
      hint: `Use  password: env:NAME  and set the variable NAME where you start the stack, for example in .env.`,
    })
  if (endpoint.exporter || !password?.startsWith('env:')) return
  throw new UserError(`Service "${name}": Prometheus reads no password from a variable.`, {
    at,
    hint: `Use  password: file:${name}_password  and put it into ${parsed.config.output}/secrets/${name}_password.`,
  })
}

/** A Compose secret is only in reach of what is in the same project. */
export function refuseForeignSecret(name: string, service: ServiceConfig, parsed: ParsedConfig): void {
  if (parsed.config.attach === 'include' || !service.credentials.password?.startsWith('secret:')) return
  throw new UserError(
    `Service "${name}": a secret of the app's Compose project is out of reach with attach: ${parsed.config.attach}.`,
    {
      at: parsed.place(['services', name, 'credentials', 'password']),
      hint: `Use  password: file:${name}_password  and put the password into ${parsed.config.output}/secrets/${name}_password.`,
    },
  )
}

function passwordSource(reference: string | undefined): PasswordSource | undefined {
  if (reference === undefined) return undefined
  const [form, name = ''] = reference.split(':')
  if (form === 'env') return { file: undefined, env: name }
  return { file: `${SECRETS_MOUNT}/${form === 'file' ? OWN_PREFIX : ''}${name}`, env: undefined }
}
