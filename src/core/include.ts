import { isMap, isScalar, isSeq, parseDocument } from 'yaml'
import { composeText } from './compose-text.ts'

/** Tells whether a Compose file includes another: as a word, in `path:`, or as one of several there. */
export function isIncluded(text: string, path: string): boolean {
  return includedPaths(text).includes(path)
}

/** The paths that a Compose file includes, without `./` before them. */
export function includedPaths(text: string): string[] {
  return pathsIn(parseDocument(composeText(text)).get('include')).map(named => named.replace(/^(\.\/+)+/, ''))
}

function pathsIn(node: unknown): string[] {
  if (isSeq(node)) return node.items.flatMap(pathsIn)
  if (isMap(node)) return pathsIn(node.get('path', true))
  return isScalar(node) ? [String(node.value)] : []
}
