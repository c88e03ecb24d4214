/** A rendered file: posix path relative to the stack directory, e.g. "prometheus/scrape/db.yml". */
export interface RenderedFile {
  readonly path: string
  readonly text: string
  /** `generated` is rendered anew and reconciled with edits; `seed` is written once and never read again. */
  readonly ownership: 'generated' | 'seed'
}

export type Strategy = 'yaml' | 'lines' | 'whole'

/** How edits of a file are merged: by structure, line by line, or not at all. */
export function strategyOf(path: string): Strategy {
  if (/\.ya?ml$/.test(path)) return 'yaml'
  return path.endsWith('.json') ? 'whole' : 'lines'
}
