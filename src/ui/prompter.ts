import * as v from 'valibot'
import { Interrupted } from '../core/errors.ts'

export interface Choice {
  readonly name: string
  readonly value: string
  readonly checked?: boolean
}

/** A question as data; every one has a flag and a key in vigie.yaml as its twin. */
export type Question =
  | { readonly type: 'checkbox'; readonly message: string; readonly choices: readonly Choice[] }
  | { readonly type: 'input'; readonly message: string; readonly default: string }
  | { readonly type: 'password'; readonly message: string }
  | { readonly type: 'select'; readonly message: string; readonly choices: readonly Choice[] }
  | { readonly type: 'confirm'; readonly message: string; readonly default: boolean }

/** The only way a command asks anything. */
export interface Prompter {
  checkbox(message: string, choices: readonly Choice[]): Promise<string[]>
  input(message: string, fallback: string): Promise<string>
  password(message: string): Promise<string>
  confirm(message: string): Promise<boolean>
  /** Whose side of a conflict stands; Enter keeps the user's. */
  side(): Promise<'keep' | 'vigie'>
}

const SIDES: readonly Choice[] = [
  { name: 'keep mine', value: 'keep' },
  { name: 'take vigie’s', value: 'vigie' },
]

/** Asks on stderr, so that stdout stays clean for results. Ctrl-C and a closed terminal become Interrupted. */
export async function inquirerPrompter(): Promise<Prompter> {
  const { default: inquirer } = await import('inquirer')
  const prompt = inquirer.createPromptModule({ output: process.stderr })
  const ask = async (question: Question): Promise<unknown> => {
    try {
      const { answer } = await prompt<{ answer: unknown }>([{ ...question, name: 'answer' }])
      return answer
    } catch (error) {
      if (error instanceof Error && ['ExitPromptError', 'AbortPromptError'].includes(error.name))
        throw new Interrupted()
      throw error
    }
  }
  return {
    checkbox: async (message, choices) =>
      v.parse(v.array(v.string()), await ask({ type: 'checkbox', message, choices })),
    input: async (message, fallback) =>
      v.parse(v.string(), await ask({ type: 'input', message, default: fallback })),
    password: async message => v.parse(v.string(), await ask({ type: 'password', message })),
    side: async () =>
      v.parse(
        v.picklist(['keep', 'vigie']),
        await ask({ type: 'select', message: 'Keep which?', choices: SIDES }),
      ),
    confirm: async message => v.parse(v.boolean(), await ask({ type: 'confirm', message, default: true })),
  }
}
