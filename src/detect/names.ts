import { UserError } from '../core/errors.ts'
import type { ComposeService } from './compose/service.ts'

/**
 * Compose's own rule; a name that breaks it is a mistake or an attack, and either way never reaches a file of ours.
 * @throws UserError with the place of the name
 */
export function refuseNames(services: readonly ComposeService[]): void {
  const bad = services.find(({ name }) => !/^[A-Za-z0-9_.-]{1,63}$/.test(name))
  if (bad === undefined) return
  const [file = '', line] = bad.source().split(/:(?=\d+$)/)
  const shown = JSON.stringify(bad.name.length > 60 ? `${bad.name.slice(0, 60)}…` : bad.name)
  throw new UserError(`${shown} cannot be the name of a service.`, {
    at: { file, line: Number(line), column: 3 },
    hint: 'Use at most 63 letters, digits, "-", "_" and ".", starting with a letter or digit.',
  })
}
