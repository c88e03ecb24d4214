import type { Package } from '../core/modules/manifest.ts'
import type { Module } from '../core/modules/module.ts'
import type { SeenRule } from '../core/modules/seen.ts'
import type { Confidence, Evidence } from './detection.ts'
import type { Project } from './manifests/projects.ts'

export interface Knowledge {
  readonly modules: readonly Module[]
  readonly seen: readonly SeenRule[]
}

/** Recognised: a kind to watch. */
export interface Kind {
  readonly module: Module
  /** Whose manifests say so, for an app. */
  readonly project: Project | undefined
  /** The package that says so, with what it implies. */
  readonly package: Package | undefined
  readonly evidence: readonly Evidence[]
  readonly confidence: Confidence
  /** Where it answers, where that is known already. */
  readonly port?: number
}

/** Recognised, or not: nothing to watch, and why. */
export interface Aside {
  readonly reason: string
  readonly source: string
  readonly part: string | undefined
}

export type Verdict = Kind | Aside
