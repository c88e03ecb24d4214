import { UserError } from '../core/errors.ts'
import type { ReceiverType, ReceiverTypes } from '../core/receivers.ts'
import { closest } from '../core/suggest.ts'
import type { Prompter } from '../ui/prompter.ts'
import type { Run } from './workspace.ts'

export interface ReceiverAnswers {
  /** For vigie.yaml: types and their options, no secret among them. */
  readonly entries: readonly Readonly<Record<string, Readonly<Record<string, unknown>>>>[]
  /** For the secrets folder: file name → value. */
  readonly secrets: ReadonlyMap<string, string>
}

/**
 * Options and secrets of the chosen receivers: typed at a prompt, or from the environment (VIGIE_SLACK_URL …).
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
    const type = types.get(id)
    if (!type) {
      const near = closest(id, [...types.keys()])
      throw new UserError(`Unknown receiver "${id}"${near ? ` — did you mean "${near}"?` : '.'}`, {
        hint: `Receivers: ${[...types.keys()].join(', ')}, none.`,
      })
    }
    entries.push({ [id]: await options(run, id, type, prompter) })
    for (const [file, value] of await secretValues(run, type, prompter)) secrets.set(file, value)
  }
  return { entries, secrets }
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
    const given =
      run.terminal.env[variable] ?? (prompter ? await prompter.input(`${type.title}: ${option.ask}`, '') : '')
    if (given !== '') answers[key] = /^-?\d+$/.test(given) ? Number(given) : given
    else if (option.required)
      throw new UserError(`Receiver ${id} needs ${option.ask}.`, {
        hint: `Set ${variable}, or choose --alerts none and write it into vigie.yaml later.`,
      })
  }
  return answers
}

async function secretValues(
  run: Run,
  type: ReceiverType,
  prompter: Prompter | undefined,
): Promise<[string, string][]> {
  const values: [string, string][] = []
  for (const secret of Object.values(type.secrets)) {
    const value = run.terminal.env[secret.env] ?? (prompter ? await prompter.password(secret.ask) : '')
    if (value !== '') values.push([secret.default, value])
  }
  return values
}
