import { posix } from 'node:path'
import type { RepoView } from '../repo.ts'

/** Where a repo says at its root how it is started. */
const GUIDES = /^(readme(\.\w+)?|makefile|justfile|taskfile\.ya?ml)$/i
const UP = /\bdocker[- ]compose\b([^\n]*)\bup\b/g
const FILE = /(?:^|\s)(?:-f|--file)[ =]+["'`]?([\w@%+./-]+\.ya?ml)\b/g
/** A guide that starts more than these is none. */
const MOST = 50

/**
 * The Compose files that the README or the Makefile at the root starts something with, whatever they are called: those of one command
 * together, in its order.
 */
export function toldFiles(view: RepoView): readonly (readonly string[])[] {
  const guides = view.files().filter(path => GUIDES.test(path))
  const commands = guides.flatMap(path =>
    (view.read(path) ?? '').split('\n').flatMap(line => [...line.matchAll(UP)].map(match => match[1] ?? '')),
  )
  return commands
    .slice(0, MOST)
    .map(options => [...options.matchAll(FILE)].flatMap(([, path = '']) => placed(path, view)))
    .filter(files => files.length > 0)
}

/** The file itself, or the only one of this name where the command is for another folder. */
function placed(path: string, view: RepoView): string[] {
  const whole = posix.normalize(path)
  if (view.exists(whole)) return isCompose(whole, view) ? [whole] : []
  const found = view.files().filter(one => one.endsWith(`/${whole}`) && isCompose(one, view))
  return found.length === 1 ? found : []
}

const isCompose = (path: string, view: RepoView): boolean =>
  /^(services|include):[ \t]*$/m.test(view.read(path) ?? '')
