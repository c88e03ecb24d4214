import * as v from 'valibot'
import { Interrupted } from '../core/errors.ts'

/** One key of a question that takes a single letter. */
export interface Answer<T extends string> {
  readonly key: string
  readonly name: string
  readonly value: T
}

export interface Choice {
  readonly name: string
  readonly value: string
  readonly checked?: boolean
}

/** A question as data; every one has a flag and a key in vigie.yaml as its twin. */
export type Question =
  | { readonly type: 'checkbox'; readonly message: string; readonly choices: readonly Choice[] }
  | {
      readonly type: 'input'
      readonly message: string
      readonly default: string
      readonly validate: Validate
    }
  | { readonly type: 'password'; readonly message: string; readonly validate: Validate }
  | { readonly type: 'select'; readonly message: string; readonly choices: readonly Choice[] }
  | {
      readonly type: 'expand'
      readonly message: string
      readonly choices: readonly Answer<string>[]
      readonly default: string
    }
  | { readonly type: 'confirm'; readonly message: string; readonly default: boolean }

/** What the terminal says instead of going on, or true. */
type Validate = (typed: string) => string | true

/** Why an answer cannot be used, or undefined when it can. */
export type Refusal = (typed: string) => string | undefined

const validate =
  (refusal: Refusal | undefined): Validate =>
  typed =>
    refusal?.(typed.trim()) ?? true

/** The only way a command asks anything. An answer that is refused is asked for again. */
export interface Prompter {
  checkbox(message: string, choices: readonly Choice[]): Promise<string[]>
  select(message: string, choices: readonly Choice[]): Promise<string>
  input(message: string, fallback: string, refusal?: Refusal): Promise<string>
  password(message: string, refusal?: Refusal): Promise<string>
  /** Enter is the fallback. */
  confirm(message: string, fallback: boolean): Promise<boolean>
  /** Enter is the first answer. */
  choose<T extends string>(message: string, answers: readonly [Answer<T>, ...Answer<T>[]]): Promise<T>
}

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
    select: async (message, choices) => v.parse(v.string(), await ask({ type: 'select', message, choices })),
    input: async (message, fallback, refusal) =>
      v.parse(
        v.string(),
        await ask({ type: 'input', message, default: fallback, validate: validate(refusal) }),
      ),
    password: async (message, refusal) =>
      v.parse(v.string(), await ask({ type: 'password', message, validate: validate(refusal) })),
    confirm: async (message, fallback) =>
      v.parse(v.boolean(), await ask({ type: 'confirm', message, default: fallback })),
    choose: async (message, answers) => {
      const [first] = answers
      const chosen = await ask({ type: 'expand', message, choices: answers, default: first.key })
      return answers.find(answer => answer.value === chosen)?.value ?? first.value
    },
  }
}
