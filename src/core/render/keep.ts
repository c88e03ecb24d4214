import type { Module } from '../modules/module.ts'

/**
 * The metrics that lean mode keeps of a module's scrape, as one anchored regular expression: what its rules and panels
 * name, and what it declares for others. Derived from files and not from a live server, so that series which only appear
 * when something fails are on it. Undefined when everything is kept.
 */
export function keepList({ manifest, content }: Module): string | undefined {
  if (manifest.keeps === 'all' || content.metrics.length === 0) return undefined
  return content.metrics.join('|')
}
