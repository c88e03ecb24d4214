import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import { STATE_FILE } from '../core/base.ts'
import { CONFIG_FILE } from '../core/conventions.ts'
import { UserError } from '../core/errors.ts'
import { inStack } from '../io/files.ts'
import { isPlainPath } from '../io/paths.ts'
import type { Run } from './run.ts'

/** Takes paths that a file of the user includes; returns the folders, other than the stack's, from which it includes `name`. */
export function formerFolders(included: readonly string[], name: string, output: string): string[] {
  const folders = included.filter(path => posix.basename(path) === name).map(path => posix.dirname(path))
  return [...new Set(folders)].filter(folder => folder !== output && folder !== '.' && isPlainPath(folder))
}

/** Only whether it is there: what else a Compose file includes may lie anywhere. */
export const isThere = (run: Run, path: string): boolean => existsSync(join(run.root, path))

/**
 * Where `output:` changed and the stack did not move, a second one beside it would keep both from starting.
 * @throws UserError that says how it moves
 */
export function requireMoved(run: Run, output: string, former: readonly string[]): void {
  const isStack = (folder: string): boolean => isThere(run, inStack(folder, STATE_FILE))
  const folder = isStack(output) ? undefined : former.find(isStack)
  if (folder === undefined) return
  throw new UserError(`The stack is in ${folder}/, and vigie.yaml says  output: ${output}.`, {
    at: { file: CONFIG_FILE },
    hint: `mv ${folder} ${output}   moves it, edits and secrets included; then run  vigie generate`,
    exitCode: 1,
  })
}
