import type { ParsedConfig } from '../config/parse.ts'
import { OWN_PREFIX, SECRETS_MOUNT, SEVERITIES } from '../conventions.ts'
import { type Place, SEE_REFERENCE, UserError } from '../errors.ts'
import { closest } from '../suggest.ts'
import { type Integration, integrationOf, refuseSecondServer } from './integration.ts'
import {
  delivering,
  isRefused,
  type ReceiverType,
  type ReceiverTypes,
  type SecretSpec,
} from './receiver-type.ts'

/** A file of the secrets folder, and what belongs into it. */
export interface ReceiverSecret {
  readonly file: string
  readonly spec: SecretSpec
}

/** One receiver of this stack, ready for alertmanager.yml. */
export interface Receiver {
  readonly name: string
  readonly type: string
  readonly severities: readonly string[]
  /** The team whose services it hears of; undefined for everybody else's. */
  readonly team: string | undefined
  /** Office hours only, outside of them only, or always. */
  readonly when: 'always' | 'office' | 'outside'
  readonly block: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly secrets: readonly ReceiverSecret[]
  /** The same in Grafana, where that is what sends. */
  readonly integration: Integration | undefined
  /** Variables of the container that sends. */
  readonly environment: Readonly<Record<string, string>>
}

type Given = Readonly<Record<string, unknown>>
type PlaceOf = (key: string) => Place

/** Keys that every receiver understands. */
const COMMON_KEYS = ['name', 'severities', 'team', 'when']
/** Receivers that every stack has. */
export const NOBODY = 'nobody'
export const HEARTBEAT = 'heartbeat'

/** @throws UserError with the place of an unknown type, an unknown key or a missing one */
export function resolveReceivers(parsed: ParsedConfig, types: ReceiverTypes): Receiver[] {
  const names = new Set([NOBODY, HEARTBEAT])
  const inGrafana = parsed.config.alerts.engine === 'grafana'
  const receivers = parsed.config.alerts.receivers.map((entry, index) => {
    const path = ['alerts', 'receivers', index] as const
    const [type, ...others] = Object.keys(entry)
    if (type === undefined || others.length > 0)
      throw new UserError(
        'A receiver is one type with its settings, for example  - slack: { channel: "#ops" }.',
        { at: parsed.place(path), hint: `types: ${[...types.keys()].join(', ')}` },
      )
    const spec = receiverType(type, types, parsed.place([...path, type]))
    const given = entry[type] ?? {}
    const place: PlaceOf = key => parsed.place([...path, type, key])
    const name = nameOf(given, type, names, place)
    names.add(name)
    if (when(given, place) !== 'always' && parsed.config.alerts.officeHours === undefined)
      throw new UserError('"when" needs office hours.', {
        at: place('when'),
        hint: 'alerts: { officeHours: { days: [mon, tue, wed, thu, fri], from: "09:00", to: "18:00", timezone: Europe/Paris } }',
      })
    const one = receiver(name, type, spec, given, place)
    if (!inGrafana) return one
    const at = parsed.place([...path, type])
    const { integration, environment } = integrationOf(types, spec, given, { at, place })
    return { ...one, integration, environment }
  })
  if (inGrafana) refuseSecondServer(receivers, index => parsed.place(['alerts', 'receivers', index]))
  return receivers
}

/** @throws UserError when there is no such type, or it is refused with a reason */
export function receiverType(type: string, types: ReceiverTypes, at?: Place): ReceiverType {
  const spec = types.get(type)
  const place = at === undefined ? {} : { at }
  const known = delivering(types).map(([name]) => name)
  if (spec && !isRefused(spec)) return spec
  if (spec)
    throw new UserError(`Receiver "${type}" cannot be used: ${spec.refused}`, {
      ...place,
      hint: `Receivers: ${known.join(', ')}.`,
    })
  const near = closest(type, known)
  throw new UserError(`Unknown receiver "${type}"${near ? ` — did you mean "${near}"?` : '.'}`, {
    ...place,
    hint: `Receivers: ${known.join(', ')}.`,
  })
}

function nameOf(given: Given, type: string, taken: ReadonlySet<string>, place: PlaceOf): string {
  const name = given.name
  if (name === undefined) {
    for (let count = 1; ; count++) {
      const next = count === 1 ? type : `${type}-${count}`
      if (!taken.has(next)) return next
    }
  }
  if (typeof name !== 'string' || !NAME.test(name))
    throw new UserError('The name of a receiver is made of letters, digits, "-" and "_".', {
      at: place('name'),
      hint: 'for example  name: ops-slack',
    })
  if (taken.has(name))
    throw new UserError(`There is another receiver "${name}".`, {
      at: place('name'),
      hint: 'give each its own  name:',
    })
  return name
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/

function receiver(name: string, type: string, spec: ReceiverType, given: Given, place: PlaceOf): Receiver {
  refuseUnknownKeys(type, spec, given, place)
  const settings: Record<string, unknown> = {}
  const environment: Record<string, string> = {}
  const secrets: ReceiverSecret[] = []
  for (const [key, secret] of Object.entries(spec.secrets)) {
    const file = secretFileName(given[key] ?? secret.default, place(key))
    const path = `${SECRETS_MOUNT}/${OWN_PREFIX}${file}`
    secrets.push({ file, spec: secret })
    if (secret.writes !== undefined) write(settings, secret.writes, path)
    if (secret.environment !== undefined) environment[secret.environment] = path
  }
  for (const [key, option] of Object.entries(spec.options)) {
    const value = given[key] ?? option.default
    if (value === undefined && option.required)
      throw new UserError(`Receiver ${type} needs "${key}" (${option.ask}).`, {
        at: place(key),
        hint: `write  ${type}: { ${key}: … }`,
      })
    if (value !== undefined && option.type === 'number' && typeof value !== 'number')
      throw new UserError(`"${key}" must be a number (${option.ask}).`, {
        at: place(key),
        hint: 'write it without quotes',
      })
    if (value !== undefined) write(settings, option.writes, value)
  }
  return {
    name,
    type,
    severities: severitiesOf(given.severities, place('severities')),
    team: teamOf(given.team, place('team')),
    when: when(given, place),
    block: spec.block,
    settings: { ...settings, ...spec.fixed },
    secrets,
    integration: undefined,
    environment,
  }
}

function refuseUnknownKeys(type: string, spec: ReceiverType, given: Given, place: PlaceOf): void {
  const known = [...Object.keys(spec.secrets), ...Object.keys(spec.options), ...COMMON_KEYS]
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue
    const near = closest(key, known)
    throw new UserError(`Receiver ${type} has no key "${key}"${near ? ` — did you mean "${near}"?` : '.'}`, {
      at: place(key),
      hint: `${type} has: ${known.join(', ')}`,
    })
  }
}

/** `http_config.basic_auth.username` writes into nested settings. */
function write(settings: Record<string, unknown>, path: string, value: unknown): void {
  const [head = '', ...rest] = path.split('.')
  if (rest.length === 0) {
    settings[head] = value
    return
  }
  const inner: Record<string, unknown> = { ...(isRecord(settings[head]) ? settings[head] : {}) }
  write(inner, rest.join('.'), value)
  settings[head] = inner
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

function severitiesOf(given: unknown, at: Place): string[] {
  if (given === undefined) return ['critical', 'warning']
  const list = Array.isArray(given) ? given.map(String) : [String(given)]
  const known: readonly string[] = SEVERITIES.filter(one => one !== 'none')
  const wrong = list.find(one => !known.includes(one))
  if (wrong !== undefined || list.length === 0)
    throw new UserError(`"severities" must be one or more of ${known.join(', ')}.`, {
      at,
      hint: 'for example  severities: [critical]',
    })
  return list
}

function teamOf(given: unknown, at: Place): string | undefined {
  if (given === undefined || (typeof given === 'string' && NAME.test(given))) return given
  throw new UserError('"team" must be the name that services give as their owner.', {
    at,
    hint: SEE_REFERENCE,
  })
}

function when(given: Given, place: PlaceOf): Receiver['when'] {
  const { when: value } = given
  if (value === undefined) return 'always'
  if (value === 'office' || value === 'outside' || value === 'always') return value
  throw new UserError('"when" must be office, outside or always.', { at: place('when'), hint: SEE_REFERENCE })
}

function secretFileName(value: unknown, at: Place): string {
  if (typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(value)) return value
  throw new UserError('This must be the name of a file in the secrets folder, never the secret itself.', {
    at,
    hint: 'put the secret into that file',
  })
}
