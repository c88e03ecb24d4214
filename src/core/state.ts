import * as v from 'valibot'
import { UserError } from './errors.ts'

const STATE_SCHEMA = 1

/** The three facts of state.json: enough to know who wrote the tree, nothing that two branches could clash on. */
export interface State {
  readonly schema: number
  readonly vigie: string
  readonly templates: number
}

const StateSchema = v.object({
  schema: v.literal(STATE_SCHEMA),
  vigie: v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/)),
  templates: v.pipe(v.number(), v.integer(), v.minValue(0)),
})

/** What a run of this vigie leaves behind. */
export function stateOf(vigie: string, templates: number): State {
  return { schema: STATE_SCHEMA, vigie, templates }
}

export function stateText({ schema, vigie, templates }: State): string {
  return `${JSON.stringify({ schema, vigie, templates })}\n`
}

/** @throws UserError naming the file for anything vigie does not write: a merge gone wrong, or the work of a newer vigie */
export function parseState(file: string, text: string): State {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), StateSchema), text)
  if (result.success) return result.output
  throw new UserError(`${file} is not as vigie writes it.`, {
    hint: 'take one side of it whole (git checkout --ours or --theirs), or update vigie',
  })
}
