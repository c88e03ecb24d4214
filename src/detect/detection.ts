/** Something seen in the repo that speaks for an answer, with its place: `compose.yaml:12 image postgres:16`. */
export interface Evidence {
  readonly source: string
  readonly what: string
}

export interface DetectedService {
  readonly name: string
  readonly kind: string
  readonly address: string
  readonly networks: readonly string[]
  readonly replicas: number
  readonly container: string | undefined
  readonly credentials: Readonly<Record<string, string>>
  readonly settings: Readonly<Record<string, string | number | boolean>>
  readonly evidence: readonly Evidence[]
  readonly instrumented: boolean | undefined
  readonly confidence: 'high' | 'medium' | 'low'
}

export interface Skipped {
  readonly name: string
  readonly reason: string
}

/** What vigie saw: what it proposes to watch, what it leaves alone and why, and what it could not read. */
export interface Detection {
  readonly composeFile: string | undefined
  readonly project: string
  readonly services: readonly DetectedService[]
  readonly skipped: readonly Skipped[]
  readonly warnings: readonly string[]
  /** Names of all Compose services, watched or not: the stack must not use them. */
  readonly taken: readonly string[]
}
