import { copyFlow } from './yaml-copy.ts'
import type { YCollection, YItem } from './yaml-node.ts'
import { Unsafe } from './yaml-parse.ts'
import type { Splicing } from './yaml-splice.ts'
import type { TargetItem } from './yaml-target.ts'

/** Takes a flow collection of the user's and its new items; adds the edits that put items and commas in or out. */
export function spliceFlow(run: Splicing, mine: YCollection, items: readonly TargetItem[]): void {
  const inserts = items.filter(item => item.kind === 'insert')
  const kept = new Set(items.flatMap(item => (item.kind === 'insert' ? [] : [item.mine])))
  if (inserts.length === 0 && kept.size === mine.items.length) return
  const inside = run.mine.text.slice(mine.start, mine.end)
  if (/(^|\s)#/m.test(inside)) throw new Unsafe('comments inside a flow list')
  const [first, last] = [mine.items[0], mine.items.at(-1)]
  const text = (item: TargetItem): string =>
    item.kind === 'insert' ? copyFlow({ doc: run.theirs, item: item.theirs }) : ''
  if (first === undefined || last === undefined || kept.size === 0) {
    const all = inserts.map(text).join(', ')
    run.edits.push({ start: first?.start ?? mine.start + 1, end: last?.value.end ?? mine.end - 1, text: all })
    return
  }
  removeRuns(run, mine.items, kept)
  insertBetween(run, mine, items, text)
}

function removeRuns(run: Splicing, items: readonly YItem[], kept: ReadonlySet<YItem>): void {
  const gone = (i: number): boolean => {
    const item = items[i]
    return item !== undefined && !kept.has(item)
  }
  for (let i = 0; i < items.length; i++) {
    if (!gone(i)) continue
    let end = i
    while (gone(end + 1)) end++
    const next = items[end + 1]
    const from = next === undefined ? items[i - 1]?.value.end : items[i]?.start
    const to = next === undefined ? items[end]?.value.end : next.start
    if (from !== undefined && to !== undefined) run.edits.push({ start: from, end: to, text: '' })
    i = end
  }
}

function insertBetween(
  run: Splicing,
  mine: YCollection,
  items: readonly TargetItem[],
  text: (item: TargetItem) => string,
): void {
  const source = run.mine.text
  const [a, b] = mine.items
  const parted = a !== undefined && b !== undefined && source.slice(a.value.end, b.start).includes('\n')
  const comma = parted ? `,\n${' '.repeat(a.column)}` : ', '
  let above: YItem | undefined
  for (const item of items) {
    if (item.kind !== 'insert') {
      above = item.mine
    } else if (above !== undefined) {
      run.edits.push({ start: above.value.end, end: above.value.end, text: comma + text(item) })
    } else {
      const start = items.find(other => other.kind !== 'insert')?.mine.start ?? mine.start + 1
      run.edits.push({ start, end: start, text: text(item) + comma })
    }
  }
}
