import { normalise, plain, sameText } from './eol.ts'
import type { Change } from './result.ts'
import { identityOf } from './yaml-identity.ts'
import { isCollection, type YCollection, type YItem, type YNode } from './yaml-node.ts'
import { parseYaml, Unsafe } from './yaml-parse.ts'
import { joinItem, joinKey } from './yaml-path.ts'

/** Takes two texts, tells whether data and comments are the same; layout and quoting do not count. */
export function equivalentYaml(a: string, b: string): boolean {
  if (sameText(a, b)) return true
  const [left, right] = [rootOf(a), rootOf(b)]
  if (left?.data === undefined || left.data !== right?.data) return false
  return commentsOf(a) === commentsOf(b)
}

/** Every comment, roughly: a `#` inside a string counts too, which only makes two texts less alike. */
function commentsOf(text: string): string {
  const comments = normalise(text).match(/(^|[ \t])#.*$/gm) ?? []
  return comments.map(comment => comment.trim()).join('\n')
}

function rootOf(text: string): YNode | undefined {
  try {
    return parseYaml(plain(normalise(text))).root
  } catch (error) {
    if (error instanceof Unsafe) return undefined
    throw error
  }
}

/** Takes two versions of a file, returns what differs, each at the highest path that says it all; none if one does not parse. */
export function changesInYaml(from: string, to: string): Change[] {
  const [before, after] = [rootOf(from), rootOf(to)]
  if (before === undefined || after === undefined) return []
  return changesBetween('', '', before, after)
}

function changesBetween(path: string, key: string, before: YNode, after: YNode): Change[] {
  if (before.data === after.data) return []
  const name = namesIn(key, before, after)
  if (name === undefined || !isCollection(before) || !isCollection(after))
    return [{ at: path, kind: 'changed' }]
  const at = (item: YItem): string =>
    before.kind === 'map' ? joinKey(path, item.key) : joinItem(path, name(item))
  const old = new Map(before.items.map(item => [name(item), item]))
  const now = new Set(after.items.map(name))
  const there = after.items.flatMap((item): Change[] => {
    const was = old.get(name(item))
    if (was === undefined) return [{ at: at(item), kind: 'added' }]
    return changesBetween(at(item), before.kind === 'map' ? item.key : key, was.value, item.value)
  })
  const gone = before.items.filter(item => !now.has(name(item)))
  return [...there, ...gone.map((item): Change => ({ at: at(item), kind: 'removed' }))]
}

/** Lists of words are one value here: `grafana.ports` tells more than three port numbers. */
function namesIn(key: string, before: YNode, after: YNode): ((item: YItem) => string) | undefined {
  if (!isCollection(before) || !isCollection(after) || before.kind !== after.kind) return undefined
  if (before.kind === 'map') return item => item.key
  const ofWords = (list: YCollection): boolean => list.items.every(item => item.value.kind === 'scalar')
  if (ofWords(before) && ofWords(after)) return undefined
  return identityOf(key, [before, after])
}
