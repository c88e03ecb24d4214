import { dataOfItems, type YCollection, type YItem, type YNode } from './yaml-node.ts'

/** What a value of the user's file is to become. */
export type Target =
  /** Stays, byte for byte. */
  | { readonly kind: 'same'; readonly node: YNode }
  /** Is replaced by a value of the other file. */
  | { readonly kind: 'copy'; readonly mine: YNode; readonly theirs: YNode }
  /** Keeps its place, with these items; `like` says of what kind a yet empty one becomes. */
  | {
      readonly kind: 'items'
      readonly mine: YNode
      readonly like: YCollection
      readonly items: readonly TargetItem[]
    }

/** Items of the user that are not listed are deleted; those listed keep the user's order. */
export type TargetItem =
  | { readonly kind: 'same'; readonly mine: YItem }
  | { readonly kind: 'into'; readonly mine: YItem; readonly value: Target }
  /** The block of the other file, comments included, in place of the user's. */
  | { readonly kind: 'swap'; readonly mine: YItem; readonly theirs: YItem }
  | { readonly kind: 'insert'; readonly theirs: YItem }

/** Takes a target, returns the data the spliced text must parse to (see YNode.data). */
export function dataOf(target: Target): string {
  if (target.kind === 'same') return target.node.data
  if (target.kind === 'copy') return target.theirs.data
  const tag = target.mine.kind === 'scalar' ? '' : target.mine.tag
  return (
    tag +
    dataOfItems(
      target.like.kind,
      target.items.map(item => [keyOf(item), itemData(item)]),
    )
  )
}

function keyOf(item: TargetItem): string {
  return item.kind === 'insert' ? item.theirs.key : item.mine.key
}

function itemData(item: TargetItem): string {
  switch (item.kind) {
    case 'same':
      return item.mine.value.data
    case 'into':
      return dataOf(item.value)
    default:
      return item.theirs.value.data
  }
}
