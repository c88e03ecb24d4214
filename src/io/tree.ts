import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { BASE_DIR, type Base, parseBase, pathOfBase } from '../core/base.ts'
import { UserError } from '../core/errors.ts'
import type { Operation } from '../core/operations.ts'

/** What vigie wrote last and what stands there now, by path below the stack's folder. */
export interface StackOnDisk {
  readonly base: ReadonlyMap<string, Base>
  readonly disk: ReadonlyMap<string, string>
}

/** @param rendered the paths that are about to be written, besides those written last time */
export function readTree(root: string, output: string, rendered: readonly string[]): StackOnDisk {
  const stackDir = join(root, output)
  const base = new Map<string, Base>()
  for (const stored of filesBelow(join(stackDir, BASE_DIR))) {
    const path = pathOfBase(`${BASE_DIR}/${stored}`)
    if (path !== undefined)
      base.set(path, parseBase(path, readFileSync(join(stackDir, BASE_DIR, stored), 'utf8')))
  }
  const disk = new Map<string, string>()
  for (const path of new Set([...base.keys(), ...rendered])) {
    const file = join(stackDir, path)
    if (existsSync(file)) disk.set(path, readFileSync(insideRoot(root, file), 'utf8'))
  }
  return { base, disk }
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
}

/** Links may point anywhere; vigie reads and writes below the repo's root only. */
function insideRoot(root: string, file: string): string {
  const real = realpathSync(file)
  const top = realpathSync(root)
  if (real === top || real.startsWith(top + sep)) return file
  throw new UserError(`${relative(root, file)} is a link out of the repo.`, {
    hint: 'Replace the link by a file or a folder.',
  })
}

/**
 * Carries out a settled plan: first every file is held against what the plan saw, then each is replaced in one rename, so that
 * no reader ever sees half a file.
 * @throws UserError when a file changed meanwhile; nothing is written then
 */
export async function applyOperations(
  root: string,
  _output: string,
  operations: readonly Operation[],
): Promise<void> {
  for (const operation of operations) {
    if (operation.seen === undefined) continue
    const file = join(root, operation.path)
    const now = existsSync(file) ? readFileSync(insideRoot(root, file), 'utf8') : null
    if (now !== operation.seen)
      throw new UserError(`${operation.path} changed while you were deciding. Nothing was written.`, {
        hint: 'Run it again.',
      })
  }
  for (const operation of operations) write(root, operation)
}

function write(root: string, operation: Operation): void {
  const file = join(root, operation.path)
  if (operation.text === null) {
    rmSync(file, { force: true })
    return
  }
  mkdirSync(dirname(file), { recursive: true })
  insideRoot(root, dirname(file))
  const staged = `${file}.vigie-new`
  writeFileSync(staged, operation.text, { mode: operation.mode ?? 0o644 })
  renameSync(staged, file)
}
