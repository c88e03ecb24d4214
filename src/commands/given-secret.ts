import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type SecretSpec, secretFileText, secretRefusal } from '../core/alerts/receiver-type.ts'
import { UserError } from '../core/errors.ts'
import { reasonOf } from '../io/port.ts'
import type { Prompter } from '../ui/prompter.ts'
import type { Run } from './run.ts'

export const HEARTBEAT_SECRET: SecretSpec = {
  default: 'heartbeat_url',
  ask: 'URL of a dead man’s switch, called every minute while all is well (Enter: none)',
  env: 'VIGIE_HEARTBEAT_URL',
  accepts: '^https?://\\S+$',
  refuses: [],
}

/**
 * A secret from where it is kept: a variable, a file that a variable names, or a password prompt. Never from an argument,
 * which every user of the machine could read in the list of processes.
 * @returns what its file shall hold; undefined when nobody has it
 * @throws UserError, which never repeats the value
 */
export async function givenSecret(
  run: Run,
  spec: SecretSpec,
  prompter: Prompter | undefined,
): Promise<string | undefined> {
  const { value, from } = await source(run, spec, prompter)
  if (value === '') return undefined
  const refusal = secretRefusal(spec, value)
  if (refusal === undefined) return secretFileText(spec, value)
  throw new UserError(`What ${from} gave cannot be used. ${refusal}`, {
    hint: `The value is not shown here. It is read from ${spec.env}, from the file named in ${spec.env}_FILE, or from a prompt.`,
  })
}

async function source(
  run: Run,
  spec: SecretSpec,
  prompter: Prompter | undefined,
): Promise<{ value: string; from: string }> {
  const { env, cwd } = run.terminal
  const value = env[spec.env]
  if (value !== undefined) return { value: value.trim(), from: spec.env }
  const file = env[`${spec.env}_FILE`]
  if (file !== undefined) return { value: textOf(resolve(cwd, file)), from: `the file in ${spec.env}_FILE` }
  const refusal = (typed: string): string | undefined =>
    typed === '' ? undefined : secretRefusal(spec, typed)
  return { value: prompter ? (await prompter.password(spec.ask, refusal)).trim() : '', from: 'the prompt' }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${reasonOf(error)}.`, {
      hint: 'check the path and its permissions',
    })
  }
}
