import { isMap, isScalar, isSeq, parseDocument } from 'yaml'

/** Tells whether a Compose file includes another: as a word, in `path:`, or as one of several there. */
export function isIncluded(text: string, path: string): boolean {
  return pathsIn(parseDocument(text).get('include')).some(named => named.replace(/^(\.\/+)+/, '') === path)
}

function pathsIn(node: unknown): string[] {
  if (isSeq(node)) return node.items.flatMap(pathsIn)
  if (isMap(node)) return pathsIn(node.get('path', true))
  return isScalar(node) ? [String(node.value)] : []
}
