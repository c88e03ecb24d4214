import type { ReceiverType, ReceiverTypes } from '../core/alerts/receiver-type.ts'
import { receiverType } from '../core/alerts/receivers.ts'
import { UserError } from '../core/errors.ts'
import type { Prompter } from '../ui/prompter.ts'
import { givenSecret, HEARTBEAT_SECRET } from './given-secret.ts'
import type { Run } from './run.ts'

export interface ReceiverAnswers {
  /** For vigie.yaml: types and their options, no secret among them. */
  readonly entries: readonly Readonly<Record<string, Readonly<Record<string, unknown>>>>[]
  /** For the secrets folder: file name → value; empty where somebody was asked and had none. */
  readonly secrets: ReadonlyMap<string, string>
}

/**
 * Options and secrets of the chosen receivers: typed at a prompt, or from the environment (VIGIE_SLACK_URL, or
 * VIGIE_SLACK_URL_FILE for a file that holds it).
 * @throws UserError for an unknown receiver, or when something needed is nowhere to be had
 */
export async function readReceivers(
  run: Run,
  types: ReceiverTypes,
  chosen: readonly string[],
  prompter: Prompter | undefined,
): Promise<ReceiverAnswers> {
  const entries: Record<string, Record<string, unknown>>[] = []
  const secrets = new Map<string, string>()
  for (const id of chosen) {
    const type = receiverType(id, types)
    if (type.note) run.say(`${type.title}: ${type.note}\n`)
    entries.push({ [id]: await options(run, id, type, prompter) })
    for (const spec of Object.values(type.secrets)) {
      secrets.set(spec.default, (await givenSecret(run, spec, prompter)) ?? '')
    }
  }
  return { entries, secrets }
}

/** The URL of the dead man's switch; undefined, with a plain warning, when there is none. */
export async function readHeartbeat(
  run: Run,
  wanted: boolean | undefined,
  prompter: Prompter | undefined,
): Promise<{ readonly wanted: boolean; readonly url: string | undefined }> {
  if (wanted === false) return { wanted, url: undefined }
  const url = await givenSecret(run, HEARTBEAT_SECRET, prompter)
  if (!wanted && url === undefined)
    run.say(
      'Nobody will notice when this machine itself dies: there is no dead man’s switch.\n' +
        '  hint: VIGIE_HEARTBEAT_URL=… vigie init, or docs/configuration.md#alerts later.\n',
    )
  return { wanted: wanted === true || url !== undefined, url }
}

async function options(
  run: Run,
  id: string,
  type: ReceiverType,
  prompter: Prompter | undefined,
): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {}
  for (const [key, option] of Object.entries(type.options)) {
    const variable = `VIGIE_${id}_${key}`.toUpperCase()
    const fallback = option.default === undefined ? '' : String(option.default)
    const refusal = (typed: string): string | undefined =>
      option.required && typed === '' ? `${type.title} needs it.` : undefined
    const given =
      run.terminal.env[variable] ??
      (prompter ? await prompter.input(`${type.title}: ${option.ask}`, fallback, refusal) : '')
    if (given !== '' && given !== fallback) answers[key] = asNumber(given, option.type)
    else if (option.required)
      throw new UserError(`Receiver ${id} needs ${option.ask}.`, {
        hint: `Set ${variable}, or choose --alerts none and write it into vigie.yaml later.`,
      })
  }
  return answers
}

const asNumber = (given: string, type: 'string' | 'number'): string | number =>
  type === 'number' && /^-?\d+$/.test(given) ? Number(given) : given
