import { Interrupted } from '../core/errors.ts'
import type { Operation } from '../core/operations.ts'
import { type Io, nodeIo } from '../io/port.ts'
import { commit } from '../io/transaction.ts'
import type { Run } from './run.ts'

/**
 * Writes all of it or nothing, and names what that took from the user and where it is kept.
 * @param isKept whether bytes about to go exist elsewhere; the last commit counts unless the caller says otherwise
 */
export async function carryOut(
  run: Run,
  output: string,
  operations: readonly Operation[],
  isKept?: Io['isCommitted'],
): Promise<void> {
  const io = nodeIo(`vigie ${run.argv}`, isKept ?? (await isCommitted(run.root, operations)))
  const done = await commit(run.root, output, operations, io)
  const isOwn = (path: string): boolean => path.includes('.vigie/')
  const changed = [...done.written, ...done.deleted].filter(path => !isOwn(path)).length
  if (changed > 0) run.say(`Wrote ${count(changed)}.\n`)
  for (const { path, kept } of done.trashed) run.say(`  Kept what ${path} was: ${kept}\n`)
  if (done.signal !== undefined) throw new Interrupted('Stopped. The tree is whole.', done.signal)
}

/** Git is only asked, and what starts it only loaded, where something of the user's is about to go. */
async function isCommitted(root: string, operations: readonly Operation[]): Promise<Io['isCommitted']> {
  if (!operations.some(operation => operation.precious)) return undefined
  const { isInHead } = await import('../io/git.ts')
  return isInHead(root)
}

export const count = (files: number): string => (files === 1 ? '1 file' : `${files} files`)
