import type { Place } from '../core/errors.ts'

/** A word or a number of the repo, and where it stands. */
export interface Seen<T = string> {
  readonly value: T
  readonly source: string
}

/** Something seen in the repo that speaks for an answer, with its place: `compose.yaml:12 image postgres:16`. */
export interface Evidence {
  readonly source: string
  readonly what: string
}

export type Confidence = 'high' | 'medium' | 'low'

export interface DetectedService {
  readonly name: string
  readonly kind: string
  readonly address: string
  readonly networks: readonly string[]
  /** Where the metrics will be read: from the service itself, or from vigie's exporter beside it. */
  readonly metrics: { readonly by: 'service' | 'exporter'; readonly path: string; readonly port: number }
  /** Only where they are not those of the kind. */
  readonly metricsPath: string | undefined
  readonly metricsPort: number | undefined
  readonly replicas: number
  readonly container: string | undefined
  /** How to log in, as vigie.yaml says it: where the password is, never the password. */
  readonly credentials: Readonly<Record<string, string>>
  /** The variables, secrets and flags of the service that say so. */
  readonly credentialsFrom: readonly string[]
  readonly settings: Readonly<Record<string, string | number | boolean>>
  readonly evidence: readonly Evidence[]
  readonly instrumented: boolean | undefined
  readonly confidence: Confidence
}

/** Recognised, but nothing to watch, or nothing known. */
export interface Skipped {
  readonly name: string
  readonly reason: string
  readonly source: string
  /** The part of the stack that it is itself, e.g. `prometheus`. */
  readonly part: string | undefined
}

export interface Warning {
  readonly message: string
  readonly at: Place | undefined
}

/** What vigie saw: what it proposes to watch, what it leaves alone and why, and what it could not read. */
export interface Detection {
  readonly composeFile: string | undefined
  /** All Compose files of the repo that could be meant, the chosen one first. */
  readonly composeFiles: readonly string[]
  /** Those that could be meant just as well as the chosen one: nothing in the repo says which. */
  readonly rivals: readonly string[]
  readonly project: string
  readonly services: readonly DetectedService[]
  readonly skipped: readonly Skipped[]
  readonly warnings: readonly Warning[]
  /** Why the Compose file cannot be edited, when it is broken. */
  readonly broken: Warning | undefined
  /** Names of all Compose services, watched or not: the stack must not use them. */
  readonly taken: readonly string[]
  /** Ports of this machine that the Compose file publishes. */
  readonly published: readonly number[]
}

export interface Findings {
  readonly services: DetectedService[]
  readonly skipped: Skipped[]
}
