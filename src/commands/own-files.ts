import { posix } from 'node:path'
import { editAction, type FileAction } from '../core/action.ts'
import type { ParsedConfig } from '../core/config/parse.ts'
import { CONFIG_FILE } from '../core/conventions.ts'
import { UserError } from '../core/errors.ts'
import { includedPaths } from '../core/include.ts'
import { appendInYaml, removeItemFromYaml } from '../core/splice.ts'
import { inStack } from '../io/files.ts'
import { formerFolders, isThere, requireMoved } from './former-stack.ts'
import { makefileEdit } from './own-makefile.ts'
import { type Run, readOwn } from './run.ts'

/** The new text of vigie.yaml, and why. */
export interface ConfigEdit {
  readonly text: string
  readonly why: string
}

/**
 * The edits of files that are the user's: vigie.yaml itself, one line of the Compose file, one of the Makefile.
 * @param isNew whether the stack was not here before
 */
export function ownEdits(
  run: Run,
  parsed: ParsedConfig,
  edited: ConfigEdit | undefined,
  isNew: boolean,
): FileAction[] {
  const { compose, output } = parsed.config
  const edits: FileAction[] = []
  if (edited !== undefined)
    edits.push(editAction(CONFIG_FILE, 'yaml', readOwn(run, CONFIG_FILE), edited.text, edited.why))
  if (compose !== undefined) edits.push(includeEdit(run, parsed, compose))
  edits.push(makefileEdit(run, output, isNew))
  return edits.filter(edit => edit.kind !== 'none')
}

/** The stack's line in the app's Compose file: there with `attach: include`, and gone when that changed. */
function includeEdit(run: Run, { config, place }: ParsedConfig, compose: string): FileAction {
  const { attach, output } = config
  const text = readOwn(run, compose)
  const wanted = attach === 'include'
  if (text === undefined && wanted)
    throw new UserError(`There is no ${compose} here.`, {
      at: place(['compose']),
      hint: 'Set  compose:  to the Compose file of the app.',
    })
  const entry = entryOf(compose, output)
  const [stack = ''] = entry.path
  const why = `${wanted ? 'include' : 'no longer include'}: ${stack}`
  if (!text) return editAction(compose, 'yaml', text, text, why)
  const included = includedPaths(text)
  const former = formerFolders(
    included.map(path => posix.join(posix.dirname(compose), path)),
    STACK,
    output,
  )
  requireMoved(run, output, former)
  const edit = wanted ? appendInYaml : removeItemFromYaml
  const edited = wanted && included.includes(stack) ? text : edit(compose, text, ['include'], entry)
  const after = former
    .filter(folder => !isThere(run, inStack(folder, STACK)))
    .reduce(
      (left, folder) => removeItemFromYaml(compose, left, ['include'], entryOf(compose, folder)),
      edited,
    )
  return editAction(compose, 'yaml', text, after, why)
}

const STACK = 'compose.yaml'

/** The item of `include` as vigie writes it. */
function entryOf(compose: string, output: string): { readonly path: readonly string[] } {
  const place = (name: string): string => posix.relative(posix.dirname(compose), inStack(output, name))
  return { path: [place(STACK), place('compose.override.yaml')] }
}
