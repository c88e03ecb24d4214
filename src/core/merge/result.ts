export type Choice = 'keep' | 'vigie'

/** What the user answered, by the `at` of the conflict. */
export type Choices = ReadonlyMap<string, Choice>

/** A place where the user and vigie both changed the same thing, differently. */
export interface Conflict {
  /** `services.grafana.image`, `line 12`, or '' when the file as a whole cannot be merged. */
  readonly at: string
  readonly reason: string
  /** The three values as text to show; undefined where that side has nothing. */
  readonly base: string | undefined
  readonly yours: string | undefined
  readonly vigie: string | undefined
}

/** One difference between two versions of a file, named by its path: `services.grafana.ports`. */
export interface Change {
  readonly at: string
  readonly kind: 'added' | 'changed' | 'removed'
}

/** Something the user should be told but not asked. */
export interface Note {
  readonly at: string
  readonly text: string
}

export interface MergeResult {
  /** The user's text with vigie's changes in it; where there is a conflict, the user's side stands. */
  readonly text: string
  readonly conflicts: readonly Conflict[]
  readonly notes: readonly Note[]
}

export const NO_CHOICES: Choices = new Map()

/** The whole file is in question: nothing in it was merged. `choices.get('')` settles it. */
export function wholeFile(
  reason: string,
  base: string,
  mine: string,
  theirs: string,
  choices: Choices,
): MergeResult {
  const choice = choices.get('')
  if (choice !== undefined) return { text: choice === 'keep' ? mine : theirs, conflicts: [], notes: [] }
  return { text: mine, conflicts: [{ at: '', reason, base, yours: mine, vigie: theirs }], notes: [] }
}
