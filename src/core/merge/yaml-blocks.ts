import { copyBlock } from './yaml-copy.ts'
import { lineEnd } from './yaml-layout.ts'
import type { YCollection, YItem, YNode } from './yaml-node.ts'
import { Unsafe } from './yaml-parse.ts'
import type { Splicing } from './yaml-splice.ts'
import type { TargetItem } from './yaml-target.ts'

/** `key:`, `key: {}` and `key: []` become a block below the key. */
export function fillEmpty(
  run: Splicing,
  mine: YNode,
  like: YCollection,
  items: readonly TargetItem[],
  holder: YItem | undefined,
): void {
  if (items.length === 0) return
  if (holder === undefined || mine.inFlow) throw new Unsafe('an empty document')
  const { text } = run.mine
  if (mine.end > mine.start) run.edits.push({ start: trimLeft(text, mine.start), end: mine.end, text: '' })
  const first = like.items[0]
  const above = run.theirs.text.lastIndexOf('\n', first?.start ?? 0)
  const flat = like.flow || first === undefined || above < like.after
  const column = mine.column + (flat ? 2 : first.column - like.column)
  const at = mine.end > mine.start ? lineEnd(text, mine.end) : holder.stop
  run.edits.push({ start: at, end: at, text: items.map(item => blockOf(run, item, column)).join('') })
}

function trimLeft(text: string, offset: number): number {
  let at = offset
  while (at > 0 && (text[at - 1] === ' ' || text[at - 1] === '\t')) at--
  return at
}

function blockOf(run: Splicing, item: TargetItem, column: number): string {
  if (item.kind !== 'insert' && item.kind !== 'swap') throw new Unsafe('an item that is not there')
  return copyBlock({ doc: run.theirs, item: item.theirs }, column)
}

/** Takes a block collection of the user's and its new items; adds the edits that take blocks out, swap them and put them in. */
export function spliceBlock(run: Splicing, mine: YCollection, items: readonly TargetItem[]): void {
  const first = mine.items[0]
  if (first === undefined) return
  if (items.length === 0) {
    leaveEmpty(run, mine, first)
    return
  }
  const kept = new Set(items.flatMap(item => (item.kind === 'insert' ? [] : [item.mine])))
  mine.items.forEach((item, i) => {
    if (!kept.has(item)) removeBlock(run, mine, item, mine.items[i + 1], kept)
  })
  for (const item of items) {
    if (item.kind === 'swap') swapBlock(run, item.mine, item.theirs)
  }
  if (items.some(item => item.kind === 'insert')) insertBlocks(run, mine, first, items)
}

/** The last item goes: `key: {}` says so, an empty `key:` would say null. */
function leaveEmpty(run: Splicing, mine: YCollection, first: YItem): void {
  const nothing = mine.kind === 'map' ? '{}' : '[]'
  if (first.compact) {
    run.edits.push({ start: mine.start, end: mine.end, text: nothing })
    return
  }
  if (mine.props < mine.start) throw new Unsafe('a tagged collection would become empty')
  const isRoot = mine.after >= first.start
  const at = isRoot ? first.lead : mine.after
  run.edits.push({ start: at, end: at, text: isRoot ? `${nothing}\n` : ` ${nothing}` })
  run.edits.push({ start: first.lead, end: mine.items.at(-1)?.stop ?? first.stop, text: '' })
}

function removeBlock(
  run: Splicing,
  mine: YCollection,
  item: YItem,
  next: YItem | undefined,
  kept: ReadonlySet<YItem>,
): void {
  const { text } = run.mine
  const nextStays = next !== undefined && kept.has(next)
  if (!item.compact) {
    // With nothing above it in a nested collection, the blank line that parted it from the next goes too.
    const opens = nextStays && item === mine.items[0] && item.column > 0
    run.edits.push({ start: item.lead, end: opens ? blankEnd(text, item.stop) : item.stop, text: '' })
    return
  }
  // `- name: x` loses its first key: the next one moves up behind the dash.
  if (!nextStays) throw new Unsafe('the first keys of a list item would go')
  if (text.slice(item.stop, next.start).trim() !== '') throw new Unsafe('a comment would lose its place')
  run.edits.push({ start: item.start, end: next.start, text: '' })
}

/** The end of the blank lines that begin at `from`. */
function blankEnd(text: string, from: number): number {
  let at = from
  for (;;) {
    const newline = text.indexOf('\n', at)
    if (newline === -1 || text.slice(at, newline).trim() !== '') return at
    at = newline + 1
  }
}

function swapBlock(run: Splicing, mine: YItem, theirs: YItem): void {
  const lead = blankEnd(run.mine.text, mine.lead)
  const text = copyBlock({ doc: run.theirs, item: theirs }, mine.column)
  run.edits.push({ start: lead, end: mine.stop, text })
}

/** New blocks go below the item they follow; siblings parted by blank lines stay so. */
function insertBlocks(run: Splicing, mine: YCollection, first: YItem, items: readonly TargetItem[]): void {
  const spaced = isSpaced(run, mine, items)
  const opening = items.findIndex(item => item.kind !== 'insert')
  const count = opening === -1 ? items.length : opening
  if (count > 0) insertOnTop(run, first, items.slice(0, count), spaced, opening !== -1)
  let at = first.lead
  for (const item of items.slice(count)) {
    if (item.kind === 'insert') {
      const block = copyBlock({ doc: run.theirs, item: item.theirs }, first.column)
      run.edits.push({ start: at, end: at, text: (spaced ? '\n' : '') + block })
    } else at = item.mine === mine.items.at(-1) ? mine.tail : item.mine.stop
  }
}

function insertOnTop(
  run: Splicing,
  first: YItem,
  items: readonly TargetItem[],
  spaced: boolean,
  parted: boolean,
): void {
  if (first.compact) throw new Unsafe('a new first entry behind a dash')
  const blocks = items.map(item => blockOf(run, item, first.column)).join(spaced ? '\n' : '')
  const gap = spaced && parted && blankEnd(run.mine.text, first.lead) === first.lead ? '\n' : ''
  run.edits.push({ start: first.lead, end: first.lead, text: blocks + gap })
}

function isSpaced(run: Splicing, mine: YCollection, items: readonly TargetItem[]): boolean {
  const later = mine.items.slice(1)
  const blank = (text: string, item: YItem): boolean => blankEnd(text, item.lead) > item.lead
  if (later.length > 0) return later.filter(item => blank(run.mine.text, item)).length * 2 > later.length
  return items.some(
    item => item.kind === 'insert' && !item.theirs.value.inFlow && blank(run.theirs.text, item.theirs),
  )
}
