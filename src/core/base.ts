import { createHash } from 'node:crypto'
import { normalise } from './merge/eol.ts'
import { strategyOf } from './tree.ts'

/** What vigie last generated for a path: the text itself, or of whole-file kinds only its digest. */
export type Base =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'digest'; readonly sha256: string }

/** Where, relative to the stack directory, vigie keeps what it has to remember. */
export const STATE_DIR = '.vigie'
export const BASE_DIR = `${STATE_DIR}/base`
export const STATE_FILE = `${STATE_DIR}/state.json`
/** Committed: nobody commits a lock, a half-done run or the trash, and reviewers are not shown every change twice. */
export const STATE_NOTES = [
  { path: `${STATE_DIR}/.gitignore`, text: 'run.lock*/\ntmp/\njournal.json\ntrash/\n' },
  { path: `${STATE_DIR}/.gitattributes`, text: 'base/** linguist-generated -diff merge=union\n' },
]

/** Takes a generated text, returns what is kept of it. Line ends do not count, so a CRLF checkout is no edit. */
export function baseOf(path: string, text: string): Base {
  return strategyOf(path) === 'whole' ? { kind: 'digest', sha256: digest(text) } : { kind: 'text', text }
}

export function digest(text: string): string {
  return createHash('sha256').update(normalise(text)).digest('hex')
}

/** `compose.yaml` → `.vigie/base/compose.yaml.base`: a suffix no formatter, linter or bot opens. */
export function basePath(path: string): string {
  return `${BASE_DIR}/${path}.${strategyOf(path) === 'whole' ? 'sha256' : 'base'}`
}

/** The inverse of `basePath`, for what is found on disk; undefined for a name vigie does not write. */
export function pathOfBase(stored: string): string | undefined {
  const match = /^\.vigie\/base\/(.+)\.(base|sha256)$/.exec(stored)
  const path = match?.[1]
  return path !== undefined && basePath(path) === stored ? path : undefined
}

/** What the base file holds on disk. */
export function baseText(base: Base): string {
  return base.kind === 'text' ? base.text : `${base.sha256}\n`
}

/** Takes a path and the content of its base file, returns the base. */
export function parseBase(path: string, stored: string): Base {
  if (strategyOf(path) !== 'whole') return { kind: 'text', text: stored }
  return { kind: 'digest', sha256: stored.trim() }
}

/** Two branches that both wrote a dashboard leave two digests in one file: it says nothing of what git made of the dashboard. */
export function isMergedByGit(base: Base): boolean {
  return base.kind === 'digest' && base.sha256.includes('\n')
}

export function sameBase(a: Base, b: Base): boolean {
  return baseText(a) === baseText(b)
}
