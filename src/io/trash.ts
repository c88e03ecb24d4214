import { STATE_DIR } from '../core/base.ts'
import { inStack } from './files.ts'
import { realPathIn } from './paths.ts'
import type { FileSystem } from './port.ts'

/** Bytes of the user that were kept: from where, to where, both relative to the repo root. */
export interface Trashed {
  readonly path: string
  readonly kept: string
}

/** Returns the directory for what this run throws away, relative to the repo root: `monitoring/.vigie/trash/3`. */
export function nextTrash(root: string, stackDir: string, fs: FileSystem): string {
  const trash = inStack(stackDir, `${STATE_DIR}/trash`)
  const { absolute } = realPathIn(root, trash, fs)
  const there =
    fs.lstatSync(absolute, { throwIfNoEntry: false }) === undefined ? [] : fs.readdirSync(absolute)
  const last = Math.max(0, ...there.map(Number).filter(Number.isInteger))
  return `${trash}/${last + 1}`
}
