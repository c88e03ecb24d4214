import * as v from 'valibot'
import { parse } from 'yaml'

const pattern = v.pipe(v.string(), v.regex(/^\^/, 'must be anchored'))

const SecretSpec = v.strictObject({
  /** Where the path of the file goes: a key of the receiver, dotted where it is nested. */
  writes: v.optional(v.string()),
  /** Or a variable of Alertmanager's container that holds the path. */
  environment: v.optional(v.string()),
  default: v.string(),
  ask: v.string(),
  env: v.string(),
  /** What a value looks like; its named groups may be used in `stores`. */
  accepts: v.optional(pattern),
  /** What the file holds, where that is not the value itself. */
  stores: v.optional(v.string()),
  refuses: v.optional(v.array(v.strictObject({ match: pattern, why: v.string() })), []),
})
const OptionSpec = v.strictObject({
  writes: v.string(),
  required: v.optional(v.boolean(), false),
  type: v.optional(v.picklist(['string', 'number']), 'string'),
  ask: v.string(),
  default: v.optional(v.union([v.string(), v.number(), v.boolean()])),
})
/** The same channel as an integration of Grafana: `{key}` stands for the option or the secret of that name. */
const GrafanaSpec = v.strictObject({
  type: v.string(),
  settings: v.record(v.string(), v.string()),
  /** Variables of Grafana's container. */
  environment: v.optional(v.record(v.string(), v.string()), {}),
})
const Delivering = v.strictObject({
  title: v.string(),
  /** The key of Alertmanager's receiver, e.g. slack_configs. */
  block: v.string(),
  /** Something people should know before they choose it. */
  note: v.optional(v.string()),
  secrets: v.optional(v.record(v.string(), SecretSpec), {}),
  options: v.optional(v.record(v.string(), OptionSpec), {}),
  fixed: v.optional(v.record(v.string(), v.unknown()), {}),
  /** Absent where Grafana has no such integration. */
  grafana: v.optional(GrafanaSpec),
})
const Refused = v.strictObject({ title: v.string(), refused: v.string() })

/** A way to deliver alerts, as data: templates/receivers/<type>.yaml. */
export type ReceiverType = v.InferOutput<typeof Delivering>
export type GrafanaSpec = v.InferOutput<typeof GrafanaSpec>
export type SecretSpec = v.InferOutput<typeof SecretSpec>

/** A service that is gone or that Alertmanager cannot reach, with the reason. */
export type RefusedType = v.InferOutput<typeof Refused>

export type ReceiverTypes = ReadonlyMap<string, ReceiverType | RefusedType>

export function parseReceiverType(text: string): ReceiverType | RefusedType {
  return v.parse(v.union([Delivering, Refused]), parse(text))
}

export const isRefused = (type: ReceiverType | RefusedType): type is RefusedType => 'refused' in type

/** Types that deliver, by name. */
export function delivering(types: ReceiverTypes): [string, ReceiverType][] {
  return [...types].flatMap(([name, type]) =>
    isRefused(type) ? [] : [[name, type] as [string, ReceiverType]],
  )
}

/** Why a value cannot be this secret, or undefined when it can. The value itself is never repeated. */
export function secretRefusal(spec: SecretSpec, value: string): string | undefined {
  const refused = spec.refuses.find(one => new RegExp(one.match, 'i').test(value))
  if (refused) return refused.why
  if (value.includes('\n')) return `It has more than one line, which no ${spec.ask} has.`
  return spec.accepts === undefined || new RegExp(spec.accepts).test(value)
    ? undefined
    : `It does not look like: ${spec.ask}.`
}

/** What the file of a secret holds when people give this value. */
export function secretFileText(spec: SecretSpec, value: string): string {
  if (spec.stores === undefined || spec.accepts === undefined) return value
  return value.replace(new RegExp(spec.accepts), spec.stores)
}
