import type { DashboardSpec } from '../dashboards/spec.ts'
import type { CompiledTemplate } from '../render/templates.ts'
import type { Manifest } from './manifest.ts'
import type { Recorded } from './recorded.ts'

/**
 * Rules, their tests, runbook and dashboard that belong together: a module's, or those all applications share. Compiled,
 * which means that all is done that needs no stack; plain data, so that the built-in ones are compiled by the build.
 */
export interface RuleSet {
  readonly id: string
  /** Every alert has its links, with placeholders that core/rules/links.ts fills. */
  readonly rules: string | undefined
  readonly tests: string | undefined
  readonly runbook: string | undefined
  readonly dashboard: DashboardSpec | undefined
}

/** Everything of a module but its manifest. */
export interface ModuleContent extends RuleSet {
  readonly compose: CompiledTemplate | undefined
  readonly scrape: CompiledTemplate | undefined
  /** Names of the scraped metrics that its rules and panels use. */
  readonly metrics: readonly string[]
  readonly recorded: Recorded
}

/** One technology: its manifest, and its content, which is loaded when it is needed. */
export interface Module {
  readonly id: string
  readonly manifest: Manifest
  readonly content: ModuleContent
}

/** Where modules come from. */
export interface ModuleSource {
  /** Ids of all modules, sorted. */
  readonly ids: readonly string[]
  /** @throws UserError naming the file and the key when module.yaml is wrong */
  manifest(id: string): Manifest
  /** @throws UserError naming the file and the key when a file of the module is wrong */
  content(id: string): ModuleContent
}

export function loadModule(source: ModuleSource, id: string): Module {
  let content: ModuleContent | undefined
  return {
    id,
    manifest: source.manifest(id),
    get content() {
      content ??= source.content(id)
      return content
    },
  }
}
