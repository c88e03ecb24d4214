import { isDeepStrictEqual as same } from 'node:util'

/**
 * The structural merge once more, on plain data and written independently of src: what the spliced
 * text must say when nothing was left to ask. Counts conflicts instead of describing them.
 */
export interface Verdict {
  readonly value: unknown
  readonly conflicts: number
}

type Dict = Record<string, unknown>
const isDict = (value: unknown): value is Dict =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const clean = (value: unknown): Verdict => ({ value, conflicts: 0 })
const asked = (value: unknown): Verdict => ({ value, conflicts: 1 })

export function oracle(base: unknown, mine: unknown, theirs: unknown, key = ''): Verdict {
  if (same(mine, theirs) || same(base, theirs)) return clean(mine)
  const mineMap = mine === null && base !== undefined && base !== null ? {} : mine
  const baseMap: unknown = base ?? {}
  if (isDict(theirs) && isDict(mineMap) && isDict(baseMap)) {
    return mergeEntries(entriesOf(baseMap), entriesOf(mineMap), entriesOf(theirs), key, entries => {
      if (mine === null && entries.length === 0) return null
      return Object.fromEntries(entries)
    })
  }
  const lists = mergeLists(base, mine, theirs, key)
  if (lists !== undefined) return lists
  return same(base, mine) ? clean(theirs) : asked(mine)
}

function entriesOf(value: Dict): [string, unknown][] {
  return Object.entries(value)
}

function mergeLists(base: unknown, mine: unknown, theirs: unknown, key: string): Verdict | undefined {
  const old = base ?? []
  const own = mine === null && base !== undefined && base !== null ? [] : mine
  if (!Array.isArray(old) || !Array.isArray(own) || !Array.isArray(theirs)) return undefined
  const real = [base, mine, theirs].filter(Array.isArray)
  const name = nameFor(key, real)
  if (name === undefined) return undefined
  const named = (list: unknown[]): [string, unknown][] => list.map(item => [name(item), item])
  const names = (list: unknown[], other: unknown[]): string[] =>
    list.map(name).filter(n => other.map(name).includes(n))
  if (!same(names(old, theirs), names(theirs, old))) return undefined
  return mergeEntries(
    named(old),
    named(own),
    named(theirs),
    key,
    entries => {
      if (mine === null && entries.length === 0) return null
      return entries.map(([, item]) => item)
    },
    true,
  )
}

function mergeEntries(
  base: [string, unknown][],
  mine: [string, unknown][],
  theirs: [string, unknown][],
  key: string,
  build: (entries: [string, unknown][]) => unknown,
  isList = false,
): Verdict {
  const [was, is, will] = [new Map(base), new Map(mine), new Map(theirs)]
  let conflicts = 0
  const out: [string, unknown][] = []
  for (const [name, value] of mine) {
    const now = isList ? key : name
    const one = mergeOne(was.has(name), will.has(name), was.get(name), value, will.get(name), now)
    if (one === undefined) continue
    conflicts += one.conflicts
    out.push([name, one.value])
  }
  theirs.forEach(([name, value], i) => {
    if (is.has(name) || was.has(name)) return
    const above = theirs
      .slice(0, i)
      .map(([n]) => n)
      .reverse()
      .find(n => out.some(([o]) => o === n))
    const below = theirs
      .slice(i + 1)
      .map(([n]) => n)
      .find(n => out.some(([o]) => o === n))
    const indexOf = (n: string): number => out.findIndex(([o]) => o === n)
    const at = above !== undefined ? indexOf(above) + 1 : below !== undefined ? indexOf(below) : out.length
    out.splice(at, 0, [name, value])
  })
  return { value: build(out), conflicts }
}

/** One entry the user has; undefined when it goes. */
function mergeOne(
  hadBase: boolean,
  hasTheirs: boolean,
  base: unknown,
  mine: unknown,
  theirs: unknown,
  key: string,
): Verdict | undefined {
  if (!hasTheirs) {
    if (!hadBase) return clean(mine)
    return same(base, mine) ? undefined : asked(mine)
  }
  const merged = oracle(hadBase ? base : undefined, mine, theirs, key)
  return !hadBase && merged.conflicts > 0 ? { value: mine, conflicts: merged.conflicts } : merged
}

const field =
  (name: string) =>
  (item: unknown): string | undefined =>
    isDict(item) && typeof item[name] === 'string' ? item[name] : undefined
const word = (item: unknown): string | undefined =>
  typeof item === 'object' && item !== null ? undefined : JSON.stringify(item)
const text = (item: unknown): string | undefined =>
  typeof item === 'string' || typeof item === 'number' ? String(item) : undefined
const severity = (item: unknown): string => {
  const labels = isDict(item) ? item.labels : undefined
  return isDict(labels) && typeof labels.severity === 'string' ? labels.severity : ''
}
const rule = (item: unknown): string | undefined => field('alert')(item) ?? field('record')(item)
const withLabels = (item: unknown): string => `${rule(item)}|${isDict(item) ? sorted(item.labels) : ''}`
const sorted = (value: unknown): string =>
  isDict(value) ? JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : String(value)

const NAMERS: Record<string, ((item: unknown) => string | undefined)[]> = {
  scrape_configs: [field('job_name')],
  groups: [field('name')],
  receivers: [field('name')],
  rules: [
    rule,
    item => (rule(item) === undefined ? undefined : `${rule(item)}|${severity(item)}`),
    item => (rule(item) === undefined ? undefined : withLabels(item)),
  ],
  routes: [item => (isDict(item) ? JSON.stringify([item.receiver, item.matchers]) : undefined)],
  volumes: [item => (text(item)?.includes(':') ? text(item)?.split(':')[1] : text(item)), word],
  environment: [item => text(item)?.split('=')[0], word],
  labels: [item => text(item)?.split('=')[0], word],
  ports: [item => text(item)?.split(':').at(-1), word],
  command: [item => (text(item)?.startsWith('-') ? text(item)?.split('=')[0] : undefined)],
  test: [],
  source_labels: [],
  relabel_configs: [],
}

function nameFor(key: string, lists: unknown[][]): ((item: unknown) => string) | undefined {
  for (const namer of NAMERS[key] ?? [word, field('name'), field('id')]) {
    const fits = lists.every(list => {
      const names = list.map(namer)
      return !names.includes(undefined) && new Set(names).size === names.length
    })
    if (fits) return item => namer(item) ?? ''
  }
  const single =
    lists.length > 1 &&
    lists.every(list => list.length === 1 && typeof list[0] === 'object' && list[0] !== null)
  return single && !(key in NAMERS) ? () => '0' : undefined
}
