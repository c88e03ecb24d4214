import { posix } from 'node:path'
import { editAction, type FileAction } from '../core/action.ts'
import type { Config } from '../core/config/schema.ts'
import { CONFIG_FILE, MAKE_TARGETS } from '../core/conventions.ts'
import { UserError } from '../core/errors.ts'
import { isIncluded } from '../core/include.ts'
import { hasStackTargets, includeInMakefile } from '../core/makefile.ts'
import { appendInYaml, removeItemFromYaml } from '../core/splice.ts'
import { inStack, readText } from '../io/files.ts'
import { nodeIo } from '../io/port.ts'
import type { Run } from './run.ts'

/** The new text of vigie.yaml, and why. */
export interface ConfigEdit {
  readonly text: string
  readonly why: string
}

/** The edits of files that are the user's: vigie.yaml itself, one line of the Compose file, one of the Makefile. */
export function ownEdits(run: Run, config: Config, edited: ConfigEdit | undefined): FileAction[] {
  const { compose, output } = config
  const edits: FileAction[] = []
  if (edited !== undefined)
    edits.push(editAction(CONFIG_FILE, 'yaml', readOwn(run, CONFIG_FILE), edited.text, edited.why))
  if (compose !== undefined) edits.push(includeEdit(run, config, compose))
  const makefile = readOwn(run, 'Makefile')
  if (!hasStackTargets(makefile ?? '')) {
    const targets = inStack(output, MAKE_TARGETS)
    const included = includeInMakefile(makefile ?? '', targets)
    edits.push(editAction('Makefile', 'lines', makefile, included, `include ${targets}`))
  }
  return edits.filter(edit => edit.kind !== 'none')
}

/** The stack's line in the app's Compose file: there with `attach: include`, and gone when that changed. */
function includeEdit(run: Run, { attach, output }: Config, compose: string): FileAction {
  const text = readOwn(run, compose)
  if (text === undefined && attach === 'include')
    throw new UserError(`${compose} is gone.`, {
      at: { file: CONFIG_FILE },
      hint: 'Set  compose:  in vigie.yaml to the Compose file of the app.',
    })
  const place = (name: string): string => posix.relative(posix.dirname(compose), inStack(output, name))
  const stack = place('compose.yaml')
  const entry = { path: [stack, place('compose.override.yaml')] }
  const wanted = attach === 'include'
  const edit = wanted ? appendInYaml : removeItemFromYaml
  const after = text && (wanted && isIncluded(text, stack) ? text : edit(compose, text, ['include'], entry))
  return editAction(compose, 'yaml', text, after, `${wanted ? 'include' : 'no longer include'}: ${stack}`)
}

export const readOwn = (run: Run, path: string): string | undefined => readText(run.root, path, nodeIo('').fs)
