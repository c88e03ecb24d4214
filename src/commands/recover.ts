import { join } from 'node:path'
import { dirname } from 'node:path/posix'
import { STATE_DIR, STATE_FILE } from '../core/base.ts'
import { CONFIG_FILE, DEFAULT_OUTPUT } from '../core/conventions.ts'
import { UserError } from '../core/errors.ts'
import { repoView } from '../detect/repo.ts'
import { inStack, readText } from '../io/files.ts'
import { exists, parseJournal } from '../io/journal.ts'
import { isPlainPath } from '../io/paths.ts'
import { nodeIo } from '../io/port.ts'
import { recover } from '../io/transaction.ts'
import { count } from './carry-out.ts'
import { type Run, readOwn } from './run.ts'

const JOURNAL = `${STATE_DIR}/journal.json`

/**
 * What a killed run left half done is put back. The first thing of every command that writes, before anything is read:
 * vigie.yaml itself may be half of it.
 */
export function recoverTree(run: Run): void {
  if (run.options.dryRun) return
  const io = nodeIo(`vigie ${run.argv}`)
  const files = stackFolders(run).reduce((sum, folder) => sum + recover(run.root, folder, io), 0)
  if (files > 0) run.say(`Recovered from an interrupted run: ${count(files)} put back.\n`)
}

/** @throws UserError where the tree is half of one: what is in it says nothing */
export function requireWhole(run: Run): void {
  if (!stackFolders(run).some(folder => exists(join(run.root, inStack(folder, JOURNAL)), nodeIo('').fs)))
    return
  throw new UserError('A run of vigie is at work here, or was interrupted.', {
    hint: 'vigie generate   puts back what an interrupted run left half done',
    exitCode: 1,
  })
}

/** vigie.yaml says where the stack is; without one, a run that was to bring it or to take it may have been killed anywhere. */
function stackFolders(run: Run): string[] {
  const text = readOwn(run, CONFIG_FILE)
  if (text === undefined) {
    const folders = new Set(repoView(run.root).files().flatMap(foldersAbove))
    return [...folders].filter(folder => isHalfDone(run, folder))
  }
  return [namedIn(text) ?? DEFAULT_OUTPUT]
}

/** By the line and not as YAML: vigie.yaml itself may be half of what it was. */
function namedIn(text: string): string | undefined {
  const [, , output = ''] = /^output:[ \t]*(["']?)([^\s"'#]+)\1[ \t\r]*(?:#.*)?$/m.exec(text) ?? []
  return isPlainPath(output) ? output : undefined
}

function foldersAbove(path: string): string[] {
  const folder = dirname(path)
  return folder === '.' ? [] : [folder, ...foldersAbove(folder)]
}

/** Not a stack of another project within the repo: the paths in its journal start elsewhere. */
function isHalfDone(run: Run, folder: string): boolean {
  const text = readText(run.root, inStack(folder, JOURNAL), nodeIo('').fs)
  const entries = text === undefined ? undefined : parseJournal(text)?.entries
  return entries?.some(({ path }) => path === inStack(folder, STATE_FILE)) === true
}
