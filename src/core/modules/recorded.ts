import type { Manifest } from './manifest.ts'

/** Samples of one recorded scrape, and how many of them lean mode keeps. */
export interface Recorded {
  readonly all: number
  readonly kept: number
}

/** Counts a module's recorded scrape. What lean mode saves is told from it, before anything runs. */
export function countRecorded(
  scrape: string | undefined,
  keeps: Manifest['keeps'],
  metrics: readonly string[],
): Recorded {
  const names = (scrape ?? '').split('\n').flatMap(line => /^([a-zA-Z_:][\w:]*)[{ ]/.exec(line)?.[1] ?? [])
  const used = new Set(metrics)
  const keepsAll = keeps === 'all' || metrics.length === 0
  return { all: names.length, kept: keepsAll ? names.length : names.filter(name => used.has(name)).length }
}
