import { OWN_PREFIX, SECRETS_MOUNT } from '../conventions.ts'
import { type Place, UserError } from '../errors.ts'
import { delivering, type ReceiverType, type ReceiverTypes } from './receiver-type.ts'

/** A receiver of a contact point, as Grafana's provisioning files have it. */
export interface Integration {
  readonly type: string
  readonly settings: Readonly<Record<string, string>>
}

type Given = Readonly<Record<string, unknown>>
interface Where {
  readonly at: Place
  place(key: string): Place
}

/** Grafana puts the content of a file where it reads this. */
export const fileReference = (file: string): string => `$__file{${SECRETS_MOUNT}/${OWN_PREFIX}${file}}`

/**
 * What a receiver is in Grafana, and the variables its container needs for it.
 * @throws UserError when Grafana has no such integration, or no such setting
 */
export function integrationOf(
  types: ReceiverTypes,
  spec: ReceiverType,
  given: Given,
  where: Where,
): { integration: Integration; environment: Record<string, string> } {
  if (spec.grafana === undefined) {
    const able = delivering(types).flatMap(([name, one]) => (one.grafana ? [name] : []))
    throw new UserError(`Grafana cannot send to ${spec.title}; Alertmanager can.`, {
      at: where.at,
      hint: `Remove  engine: grafana  from vigie.yaml, or use one of: ${able.join(', ')}.`,
    })
  }
  const { settings, environment } = spec.grafana
  const forms = [...Object.values(settings), ...Object.values(environment)]
  const unused = Object.keys(spec.options).find(
    key => given[key] !== undefined && !forms.some(form => form.includes(`{${key}}`)),
  )
  if (unused !== undefined)
    throw new UserError(`Grafana has no setting for "${unused}" of ${spec.title}.`, {
      at: where.place(unused),
      hint: 'Remove the line, or remove  engine: grafana.',
    })
  const givenOr = (key: string): unknown => given[key] ?? spec.options[key]?.default
  return {
    integration: {
      type: spec.grafana.type,
      settings: filled(settings, spec, givenOr, text => text.replaceAll('$', '$$$$')),
    },
    environment: filled(environment, spec, givenOr, text => text),
  }
}

/** Each form with its keys replaced; without those whose option is not given. */
function filled(
  forms: Readonly<Record<string, string>>,
  spec: ReceiverType,
  givenOr: (key: string) => unknown,
  write: (text: string) => string,
): Record<string, string> {
  const value = (key: string): string | undefined => {
    const secret = spec.secrets[key]
    const found = givenOr(key)
    if (secret) return fileReference(String(found ?? secret.default))
    return found === undefined ? undefined : write(String(found))
  }
  return Object.fromEntries(
    Object.entries(forms).flatMap(([name, form]) => {
      const keys = [...form.matchAll(/\{(\w+)\}/g)].map(([, key = '']) => key)
      if (keys.some(key => value(key) === undefined)) return []
      const text = form.replace(/\{(\w+)\}(\/?)/g, (_, key: string, slash: string) =>
        slash ? `${value(key)?.replace(/\/$/, '')}/` : `${value(key)}`,
      )
      return [[name, text] as const]
    }),
  )
}

/** @throws UserError when two receivers want one variable of Grafana to differ: it has one mail server */
export function refuseSecondServer(
  receivers: readonly { readonly name: string; readonly environment: Readonly<Record<string, string>> }[],
  place: (index: number) => Place,
): void {
  const first = new Map<string, { name: string; value: string }>()
  for (const [index, { name, environment }] of receivers.entries())
    for (const [variable, value] of Object.entries(environment)) {
      const other = first.get(variable)
      if (other && other.value !== value)
        throw new UserError(
          `Receivers "${other.name}" and "${name}" name two mail servers, and Grafana has one for all messages.`,
          { at: place(index), hint: 'give both the same  smarthost, user, from  and  passwordFile' },
        )
      first.set(variable, other ?? { name, value })
    }
}
