import { type Choices, type MergeResult, NO_CHOICES, wholeFile } from './result.ts'

export function mergeYaml(
  base: string,
  mine: string,
  theirs: string,
  choices: Choices = NO_CHOICES,
): MergeResult {
  return wholeFile('cannot merge safely', base, mine, theirs, choices)
}
