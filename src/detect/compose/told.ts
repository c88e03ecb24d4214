import { posix } from 'node:path'
import type { RepoView } from '../repo.ts'
import { COMPOSE_NAMES } from './names.ts'

/** Where a repo says at its root how it is started. */
const GUIDES = /^(readme(\.\w+)?|makefile|justfile|taskfile\.ya?ml)$/i
const README = /^readme(\.\w+)?$/i
const UP = /\bdocker[- ]compose\b([^\n]*)\bup\b/g
const FILE = /(?:^|\s)(?:-f|--file)[ =]+["'`]?([\w@%+./-]+\.ya?ml)\b/g
/** In characters; no line of a guide with a command in it is longer. */
const LONGEST = 2000
/** A guide that starts more than these is none. */
const MOST = 50

/** `cd backend` on the lines before, or before `&&`. */
const ENTERS = /^[^\n]*?\bcd[ \t]+["']?([\w./-]+)["']?(?:[ \t]*(?:&&|;)|[ \t]*$)/
/** So many lines lie between the two in one block. */
const NEAR = 5

/**
 * The Compose files that the README or the Makefile at the root starts something with, whatever they are called: those of one command
 * together, in its order.
 */
export function toldFiles(view: RepoView): readonly (readonly string[])[] {
  const guides = view.files().filter(path => GUIDES.test(path))
  const commands = guides.flatMap(path => commandsIn(view.read(path) ?? '', view))
  return commands
    .slice(0, MOST)
    .map(({ folder, options }) => {
      const named = [...options.matchAll(FILE)].flatMap(([, path = '']) => path)
      const paths = named.length > 0 ? named : usualIn(folder, view)
      return paths.flatMap(path => placed(posix.join(folder, path), view))
    })
    .filter(files => files.length > 0)
}

/** Those of some files that the README at the root names by their path. */
export function mentionedIn(view: RepoView, paths: readonly string[]): readonly string[] {
  const words = view
    .files()
    .filter(path => README.test(path))
    .flatMap(path => (view.read(path) ?? '').split(/[^\w./-]+/))
  const said = new Set(words.map(word => posix.normalize(word)))
  return paths.filter(path => said.has(path))
}

/** What Compose takes by itself in a folder; where the root has none of it, the one that some folder has. */
function usualIn(folder: string, view: RepoView): string[] {
  const here = COMPOSE_NAMES.filter(name => view.exists(posix.join(folder, name)))
  if (here.length > 0 || folder !== '.') return here.slice(0, 1)
  const below = COMPOSE_NAMES.flatMap(name => view.files().filter(path => path.endsWith(`/${name}`)))
  return below.length === 1 ? below : []
}

interface Command {
  readonly folder: string
  readonly options: string
}

/** Whoever clones the repo enters it first, under a name that is no folder of it. */
function commandsIn(text: string, view: RepoView): Command[] {
  const lines = text.split('\n')
  return lines.flatMap((line, at) => {
    const found = line.length < LONGEST ? [...line.matchAll(UP)] : []
    if (found.length === 0) return []
    const before = lines.slice(Math.max(0, at - NEAR), at)
    const block = before.slice(before.findLastIndex(one => /^\s*(```|~~~|$)/.test(one)) + 1)
    const folder =
      [...block, line]
        .flatMap(one => ENTERS.exec(one)?.[1] ?? [])
        .filter(one => view.isFolder(one))
        .at(-1) ?? '.'
    return found.map(match => ({ folder, options: match[1] ?? '' }))
  })
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
