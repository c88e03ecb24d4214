import { sameText } from './eol.ts'
import type { Change } from './result.ts'

export function equivalentYaml(a: string, b: string): boolean {
  return sameText(a, b)
}

export function changesInYaml(_from: string, _to: string): Change[] {
  return []
}
