import type { Choice, Choices, Conflict, Note } from './result.ts'
import { identityOf } from './yaml-identity.ts'
import { blockText, isCollection, isNull, sameWords, type YDoc, type YItem, type YNode } from './yaml-node.ts'
import { joinItem, joinKey } from './yaml-path.ts'
import type { Target, TargetItem } from './yaml-target.ts'

/** The three versions and what the merge finds out on its way. */
export interface Merging {
  readonly base: YDoc
  readonly mine: YDoc
  readonly theirs: YDoc
  readonly choices: Choices
  readonly conflicts: Conflict[]
  readonly notes: Note[]
}

/** One value in the three versions; without a base both sides added it. */
interface Three {
  readonly path: string
  /** The nearest map key: lists take their identity from it. */
  readonly key: string
  readonly base: YNode | undefined
  readonly mine: YNode
  readonly theirs: YNode
}

/**
 * Takes one value in three versions, returns what the user's becomes. Whoever changed it alone wins;
 * where both did, maps and named lists are merged inside, anything else is a conflict at its path and
 * the user's side stands until it is settled.
 */
export function mergeNode(run: Merging, three: Three): Target {
  const { base, mine, theirs } = three
  const settled = base !== undefined && base.data === theirs.data
  if (mine.data === theirs.data && !settled) return { kind: 'same', node: mine }
  // With the same data vigie may still say other things in its comments.
  const silent = settled && valueText(run.base, base) === valueText(run.theirs, theirs)
  const items = silent ? undefined : mergeInside(run, three)
  if (settled) return items ?? { kind: 'same', node: mine }
  if (items !== undefined) return items
  const untouched = base !== undefined && base.data === mine.data
  if (untouched && (isInline(mine) || sameWords(valueText(run.mine, mine), valueText(run.base, base)))) {
    return { kind: 'copy', mine, theirs }
  }
  const reason = untouched ? 'vigie replaces it and your comments stand inside' : 'both changed it'
  const taken = settle(run, three.path, reason, [
    base && shown(valueText(run.base, base)),
    shown(valueText(run.mine, mine)),
    shown(valueText(run.theirs, theirs)),
  ])
  return taken === 'vigie' ? { kind: 'copy', mine, theirs } : { kind: 'same', node: mine }
}

/** Maps and lists whose items have names, in all three; an empty `key:` counts as an empty collection. */
function mergeInside(run: Merging, three: Three): Target | undefined {
  const { path, base, mine, theirs } = three
  if (!isCollection(theirs)) return undefined
  const fits = (node: YNode): boolean =>
    isNull(node) || (node.kind === theirs.kind && node.tag === theirs.tag)
  if (!fits(mine) || (base !== undefined && !fits(base))) return undefined
  if (isNull(mine) && (base === undefined || isNull(base))) return undefined
  const lists = [base, mine, theirs].filter(isCollection)
  const name = theirs.kind === 'map' ? (item: YItem) => item.key : identityOf(three.key, lists)
  if (name === undefined) return undefined
  const sides = { base: itemsOf(base), mine: itemsOf(mine), theirs: theirs.items }
  // Where the order of a list is changed by the tool, order is what it wants to change.
  if (theirs.kind === 'seq' && isReordered(sides.base.map(name), sides.theirs.map(name))) return undefined
  const items = mergeItems(run, path, three.key, theirs.kind, name, sides)
  return { kind: 'items', mine, like: theirs, items }
}

function itemsOf(node: YNode | undefined): readonly YItem[] {
  return isCollection(node) ? node.items : []
}

function isReordered(before: readonly string[], after: readonly string[]): boolean {
  const common = before.filter(name => after.includes(name))
  const now = after.filter(name => before.includes(name))
  return common.some((name, i) => name !== now[i])
}

interface Sides<T> {
  readonly base: T
  readonly mine: T
  readonly theirs: T
}

function mergeItems(
  run: Merging,
  path: string,
  key: string,
  kind: 'map' | 'seq',
  name: (item: YItem) => string,
  sides: Sides<readonly YItem[]>,
): TargetItem[] {
  const base = new Map(sides.base.map(item => [name(item), item]))
  const theirs = new Map(sides.theirs.map(item => [name(item), item]))
  const mine = new Set(sides.mine.map(name))
  const at = (id: string): string => (kind === 'map' ? joinKey(path, id) : joinItem(path, id))
  const order: { id: string; item: TargetItem }[] = []
  for (const item of sides.mine) {
    const id = name(item)
    const entry = {
      path: at(id),
      key: kind === 'map' ? id : key,
      base: base.get(id),
      mine: item,
      theirs: theirs.get(id),
    }
    const target = mergeItem(run, entry)
    if (target !== undefined) order.push({ id, item: target })
  }
  const names = sides.theirs.map(name)
  sides.theirs.forEach((item, i) => {
    const id = name(item)
    const known = base.get(id)
    if (mine.has(id)) return
    if (known === undefined)
      order.splice(
        slotFor(
          names,
          i,
          order.map(entry => entry.id),
        ),
        0,
        { id, item: { kind: 'insert', theirs: item } },
      )
    else if (known.value.data !== item.value.data)
      run.notes.push({ at: at(id), text: 'you removed it: kept removed' })
  })
  return order.map(entry => entry.item)
}

/** A new item goes after the nearest one above it that is there, else before the nearest below it. */
function slotFor(names: readonly string[], index: number, present: readonly string[]): number {
  for (const name of names.slice(0, index).reverse()) {
    const at = present.indexOf(name)
    if (at !== -1) return at + 1
  }
  for (const name of names.slice(index + 1)) {
    const at = present.indexOf(name)
    if (at !== -1) return at
  }
  return present.length
}

interface Entry {
  readonly path: string
  readonly key: string
  readonly base: YItem | undefined
  readonly mine: YItem
  readonly theirs: YItem | undefined
}

/** What one item of the user becomes; undefined when it goes. */
function mergeItem(run: Merging, entry: Entry): TargetItem | undefined {
  const { base, mine, theirs } = entry
  if (theirs === undefined) return base === undefined ? { kind: 'same', mine } : removeItem(run, entry, base)
  if (base === undefined) return addTwice(run, entry, theirs)
  if (isUntouchedBlock(run, base, mine) && isBlock(theirs)) {
    if (blockText(run.base, base) !== blockText(run.theirs, theirs)) return { kind: 'swap', mine, theirs }
    return { kind: 'same', mine }
  }
  const { path, key } = entry
  return into(mine, mergeNode(run, { path, key, base: base.value, mine: mine.value, theirs: theirs.value }))
}

function into(mine: YItem, value: Target): TargetItem {
  return value.kind === 'same' ? { kind: 'same', mine } : { kind: 'into', mine, value }
}

function isBlock(item: YItem): boolean {
  return !item.compact && item.lead < item.stop && !item.value.inFlow
}

/** Not a byte differs, comments included: then vigie's block can come in whole, with vigie's comments. */
function isUntouchedBlock(run: Merging, base: YItem, mine: YItem): boolean {
  return isBlock(base) && isBlock(mine) && blockText(run.base, base) === blockText(run.mine, mine)
}

/** Deletes compare text: a comment someone wrote into a block is a reason to ask before it goes. */
function removeItem(run: Merging, entry: Entry, base: YItem): TargetItem | undefined {
  const { path, mine } = entry
  const [was, is] = [blockText(run.base, base), blockText(run.mine, mine)]
  if (base.value.data === mine.value.data && sameWords(was, is)) return undefined
  const choice = settle(run, path, 'vigie removes it and you edited it', [shown(was), shown(is), undefined])
  return choice === 'vigie' ? undefined : { kind: 'same', mine }
}

/** Both added it: together if nothing in it clashes, else one question about the whole, never a hybrid. */
function addTwice(run: Merging, entry: Entry, theirs: YItem): TargetItem {
  const { path, key, mine } = entry
  const trial = { ...run, choices: new Map<string, Choice>(), conflicts: [], notes: [] }
  const value = mergeNode(trial, { path, key, base: undefined, mine: mine.value, theirs: theirs.value })
  if (trial.conflicts.length === 0) return into(mine, value)
  const texts = [undefined, shown(blockText(run.mine, mine)), shown(blockText(run.theirs, theirs))] as const
  if (settle(run, path, 'both added it', texts) !== 'vigie') return { kind: 'same', mine }
  return isBlock(mine) && isBlock(theirs)
    ? { kind: 'swap', mine, theirs }
    : { kind: 'into', mine, value: { kind: 'copy', mine: mine.value, theirs: theirs.value } }
}

/** Takes base, mine and theirs as text to show; returns the user's answer or records the question. */
function settle(
  run: Merging,
  at: string,
  reason: string,
  [base, yours, vigie]: readonly [string | undefined, string | undefined, string | undefined],
): Choice | undefined {
  const choice = run.choices.get(at)
  if (choice === undefined) run.conflicts.push({ at, reason, base, yours, vigie })
  return choice
}

function isInline(node: YNode): boolean {
  return node.kind === 'scalar' && node.style !== 'block'
}

/** From behind the colon, so that a comment on the key's line counts as part of the value. */
function valueText(doc: YDoc, node: YNode): string {
  if (node.inFlow || isInline(node)) return doc.text.slice(node.props, node.end)
  return doc.text.slice(node.after, node.end)
}

function shown(text: string): string {
  const lines = text
    .replace(/^\s*\n/, '')
    .replace(/\s+$/, '')
    .split('\n')
  const indents = lines.filter(line => line.trim() !== '').map(line => line.length - line.trimStart().length)
  const indent = Math.min(...indents, Number.MAX_SAFE_INTEGER)
  return lines
    .map(line => line.slice(Math.min(indent, line.length)))
    .join('\n')
    .trim()
}
