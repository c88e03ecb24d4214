import { dirname, join, relative, resolve, sep } from 'node:path'
import { UserError } from '../core/errors.ts'
import { codeOf, type FileSystem } from './port.ts'

/** A place inside the repo, free of symlinks. */
export interface RealPath {
  readonly absolute: string
  /** Posix, relative to the real root: what the journal remembers. */
  readonly relative: string
}

/**
 * Takes the repo root and a path relative to it, from anywhere; returns where it really is. Whatever
 * would leave the root, by `..`, as an absolute path or through a symlink, is refused: a cloned repo is
 * hostile until proven otherwise. A symlink that stays inside is followed, so its target is written.
 */
export function realPathIn(root: string, path: string, fs: FileSystem): RealPath {
  if (!isPlainPath(path))
    throw new UserError(`${JSON.stringify(path)} is not a path inside the repo.`, {
      hint: 'use a path relative to the repo, without  ..',
    })
  const realRoot = fs.realpathSync(resolve(root))
  const missing: string[] = []
  let at = join(realRoot, ...path.split('/'))
  for (;;) {
    const real = realOrMissing(at, path, fs)
    if (real !== undefined) {
      assertInside(realRoot, real, path)
      if (missing.length > 0 && !fs.statSync(real).isDirectory()) throw clash(realRoot, real, path)
      const absolute = join(real, ...missing)
      return { absolute, relative: relative(realRoot, absolute).split(sep).join('/') }
    }
    missing.unshift(at.slice(dirname(at).length).replace(/^[\\/]/, ''))
    at = dirname(at)
  }
}

/** Posix, relative, without empty, `.` or `..` parts. */
export function isPlainPath(path: string): boolean {
  if (path === '' || path.includes('\0') || path.includes('\\') || /^[A-Za-z]:/.test(path)) return false
  return path.split('/').every(part => part !== '' && part !== '.' && part !== '..')
}

function realOrMissing(at: string, path: string, fs: FileSystem): string | undefined {
  try {
    return fs.realpathSync(at)
  } catch (error) {
    const code = codeOf(error)
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error
    if (code === 'ENOENT' && isLink(at, fs))
      throw new UserError(`${path} is a symlink that leads nowhere.`, { hint: 'remove it and run again' })
    return undefined
  }
}

function isLink(at: string, fs: FileSystem): boolean {
  return fs.lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
}

function assertInside(root: string, real: string, path: string): void {
  if (real === root || real.startsWith(root.endsWith(sep) ? root : root + sep)) return
  throw new UserError(`${path} leads out of the repo through a symlink; vigie does not follow it.`, {
    hint: 'replace the symlink by a real file or directory',
  })
}

function clash(root: string, real: string, path: string): UserError {
  const file = relative(root, real).split(sep).join('/')
  return new UserError(`${file} is a file, and vigie needs a directory there for ${path}.`, {
    hint: `move ${file} aside`,
  })
}
