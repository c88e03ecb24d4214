import { UserError } from '../core/errors.ts'
import { detectionText, look } from './look.ts'
import { type Run, readOwn } from './run.ts'

/** `vigie detect`: what vigie sees, with the evidence. */
export function detectCommand(run: Run, compose: string | undefined): number {
  const missing = compose?.split(',').find(path => readOwn(run, path) === undefined)
  if (missing !== undefined)
    throw new UserError(`There is no file ${missing} in this repo.`, {
      hint: 'vigie detect   without --compose names the Compose files that are here',
    })
  const found = look(run, compose)
  if (run.options.json) run.print(`${JSON.stringify({ schema: 1, ...found }, null, 2)}\n`)
  else run.print(detectionText(found))
  return 0
}
