import { existsSync, lstatSync, readFileSync } from 'node:fs'
import { basename, join, resolve, sep } from 'node:path'
import { UserError } from '../core/errors.ts'

const LARGEST_FILE = 2_000_000

/** The only way detection sees a repo: files are read, never executed, and never from outside the root. */
export interface RepoView {
  readonly root: string
  readonly name: string
  exists(path: string): boolean
  /** The text of a file; undefined when it is absent, too large, a link out of the repo, or no file. */
  read(path: string): string | undefined
}

/** @throws UserError when the folder is not there */
export function repoView(folder: string): RepoView {
  const root = resolve(folder)
  if (!existsSync(root)) throw new UserError(`There is no folder ${folder}.`)
  const inside = (path: string): string | undefined => {
    const full = resolve(root, path)
    return full === root || full.startsWith(root + sep) ? full : undefined
  }
  return {
    root,
    name: basename(root),
    exists: path => {
      const full = inside(path)
      return full !== undefined && existsSync(full)
    },
    read(path) {
      const full = inside(path)
      if (full === undefined || !existsSync(full)) return undefined
      const stat = lstatSync(full)
      if (!stat.isFile() || stat.size > LARGEST_FILE) return undefined
      return readFileSync(join(full), 'utf8')
    },
  }
}
