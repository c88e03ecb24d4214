import * as v from 'valibot'
import { parse } from 'yaml'
import type { ParsedConfig } from './config/parse.ts'
import { OWN_PREFIX, SECRETS_MOUNT } from './conventions.ts'
import { UserError } from './errors.ts'
import { closest } from './suggest.ts'

const SecretSpec = v.strictObject({
  writes: v.string(),
  default: v.string(),
  ask: v.string(),
  env: v.string(),
})
const OptionSpec = v.strictObject({
  writes: v.string(),
  required: v.optional(v.boolean(), false),
  ask: v.string(),
  default: v.optional(v.union([v.string(), v.number(), v.boolean()])),
})
const ReceiverTypeSchema = v.strictObject({
  title: v.string(),
  /** The key of Alertmanager's receiver, e.g. slack_configs. */
  block: v.string(),
  secrets: v.optional(v.record(v.string(), SecretSpec), {}),
  options: v.optional(v.record(v.string(), OptionSpec), {}),
  fixed: v.optional(v.record(v.string(), v.unknown()), {}),
})

/** A way to deliver alerts, as data: templates/receivers/<type>.yaml. */
export type ReceiverType = v.InferOutput<typeof ReceiverTypeSchema>

/** One receiver of this stack, ready for alertmanager.yml. */
export interface Receiver {
  readonly name: string
  readonly type: string
  readonly severities: readonly string[]
  readonly block: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly secretFiles: readonly string[]
}

export type ReceiverTypes = ReadonlyMap<string, ReceiverType>

export function parseReceiverType(text: string): ReceiverType {
  return v.parse(ReceiverTypeSchema, parse(text))
}

/** @throws UserError with the place of an unknown type, an unknown key or a missing one */
export function resolveReceivers(parsed: ParsedConfig, types: ReceiverTypes): Receiver[] {
  const used = new Map<string, number>()
  return parsed.config.alerts.receivers.map((entry, index) => {
    const path = ['alerts', 'receivers', index] as const
    const [type, ...others] = Object.keys(entry)
    if (type === undefined || others.length > 0)
      throw new UserError(
        'A receiver is one type with its settings, for example  - slack: { channel: "#ops" }.',
        {
          at: parsed.place(path),
        },
      )
    const spec = types.get(type)
    if (!spec) {
      const near = closest(type, [...types.keys()])
      throw new UserError(`Unknown receiver "${type}"${near ? ` — did you mean "${near}"?` : '.'}`, {
        at: parsed.place([...path, type]),
        hint: `Receivers: ${[...types.keys()].join(', ')}.`,
      })
    }
    const count = (used.get(type) ?? 0) + 1
    used.set(type, count)
    const name = count === 1 ? type : `${type}-${count}`
    return receiver(name, type, spec, entry[type] ?? {}, key => parsed.place([...path, type, key]))
  })
}

function receiver(
  name: string,
  type: string,
  spec: ReceiverType,
  given: Readonly<Record<string, unknown>>,
  place: (key: string) => ReturnType<ParsedConfig['place']>,
): Receiver {
  const known = [...Object.keys(spec.secrets), ...Object.keys(spec.options), 'severities']
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue
    const near = closest(key, known)
    throw new UserError(`Receiver ${type} has no key "${key}"${near ? ` — did you mean "${near}"?` : '.'}`, {
      at: place(key),
    })
  }
  const settings: Record<string, unknown> = {}
  const secretFiles: string[] = []
  for (const [key, secret] of Object.entries(spec.secrets)) {
    const file = secretFileName(given[key] ?? secret.default, place(key))
    secretFiles.push(file)
    settings[secret.writes] = `${SECRETS_MOUNT}/${OWN_PREFIX}${file}`
  }
  for (const [key, option] of Object.entries(spec.options)) {
    const value = given[key] ?? option.default
    if (value === undefined && option.required)
      throw new UserError(`Receiver ${type} needs "${key}" (${option.ask}).`, { at: place(key) })
    if (value !== undefined) settings[option.writes] = value
  }
  return {
    name,
    type,
    severities: severitiesOf(given.severities),
    block: spec.block,
    settings: { ...settings, ...spec.fixed },
    secretFiles,
  }
}

function severitiesOf(given: unknown): string[] {
  return Array.isArray(given) ? given.map(String) : ['critical', 'warning']
}

function secretFileName(value: unknown, at: ReturnType<ParsedConfig['place']>): string {
  if (typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(value)) return value
  throw new UserError('This must be the name of a file in the secrets folder, never the secret itself.', {
    at,
  })
}
