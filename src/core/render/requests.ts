import type { Module, RuleSet } from '../modules/module.ts'
import { arrivalRule, labelled, ownMatchers, pushes } from '../requests/push.ts'
import { withPrefix } from '../requests/row.ts'
import { type RecordingRule, requestRules, socketRules } from '../requests/rules.ts'
import { type ModuleRuntime, type RuntimeRow, runtimeRules } from '../requests/runtime.ts'
import type { Stack, Target } from '../stack.ts'
import { type RuleGroup, ruleGroups } from './rule-groups.ts'

/** A row of templates/runtimes, and the dashboard of its own that it may have. */
export interface Runtime {
  readonly row: RuntimeRow
  readonly set: RuleSet
}
export type Runtimes = Readonly<Record<string, Runtime>>

/** What a process says, as one row. */
export function runtimeRow(runtime: ModuleRuntime | undefined, runtimes: Runtimes): RuntimeRow | undefined {
  if (typeof runtime === 'string') return runtimes[runtime]?.row
  return runtime?.base ? { ...runtimes[runtime.base]?.row, ...runtime } : runtime
}

/** What the process of a service says. Workers that share their metrics keep none of it, and what is sent has other names. */
export function runtimeOf(target: Target, runtimes: Runtimes): RuntimeRow | undefined {
  if (target.settings.multiprocess === true || pushes(target)) return undefined
  const row = runtimeRow(target.runtime, runtimes)
  const { prefix } = target.settings
  return row && typeof prefix === 'string' ? withPrefix(row, prefix) : row
}

/**
 * The rules that map one kind's names onto the `app:*` series: a group for each row that its services go by. Selected by
 * job, and by service where services of the kind differ, so that the same name under two shapes never mixes.
 */
export function mappingGroups(module: Module, stack: Stack, runtimes: Runtimes): string {
  const targets = stack.targets.filter(target => target.module === module)
  const job = `job="${module.id}"`
  const matchersOf = (items: readonly { target: Target }[]): string[] =>
    narrowed(
      items.map(one => one.target),
      targets,
    )
  const processes = targets.flatMap(target => {
    const row = runtimeOf(target, runtimes)
    return row ? [{ target, row }] : []
  })
  const served = targets
    .filter(target => !pushes(target))
    .flatMap(target => (target.requests ? [{ target, row: target.requests }] : []))
  const requests = groupBy(served, ({ row }) => row).flatMap(({ key, items }) =>
    ruleGroup(`${module.id}-requests`, requestRules(key, job, ...matchersOf(items))),
  )
  const sockets = groupBy(
    served.filter(one => one.target.settings.websocket === true),
    ({ row }) => row.websocket,
  ).flatMap(({ key, items }) =>
    ruleGroup(`${module.id}-websocket`, socketRules(key, job, ...matchersOf(items))),
  )
  const groups = [
    ...requests,
    ...sockets,
    ...targets.filter(pushes).flatMap(pushedGroup),
    ...groupBy(processes, ({ row }) => row).flatMap(({ key, items }) =>
      ruleGroup(`${module.id}-process`, runtimeRules(key, job, ...matchersOf(items))),
    ),
  ]
  return ruleGroups(numbered(groups))
}

/** A service that pushes has a group of its own: its series are told by another label than its kind. */
function pushedGroup(target: Target): RuleGroup[] {
  const { requests } = target
  const own = ownMatchers(target)
  const rules = [
    arrivalRule(target),
    ...(requests ? requestRules(requests, ...own) : []),
    ...(requests && target.settings.websocket === true ? socketRules(requests.websocket, ...own) : []),
  ]
  return ruleGroup(`${target.name}-pushed`, labelled(target, rules))
}

const ruleGroup = (name: string, rules: readonly RecordingRule[]): RuleGroup[] =>
  rules.length === 0 ? [] : [{ name, rules }]

/** Group names must differ within a file. */
const numbered = (groups: readonly RuleGroup[]): RuleGroup[] =>
  groups.map((group, index) => {
    const before = groups.slice(0, index).filter(one => one.name === group.name).length
    return before === 0 ? group : { ...group, name: `${group.name}-${before + 1}` }
  })

function groupBy<Item, Key>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): { key: Key; items: Item[] }[] {
  const groups = new Map<string, { key: Key; items: Item[] }>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(JSON.stringify(key)) ?? { key, items: [] }
    group.items.push(item)
    groups.set(JSON.stringify(key), group)
  }
  return [...groups.values()]
}

/** A matcher for some services of a kind; none when all of them are meant. */
function narrowed(some: readonly Target[], all: readonly Target[]): string[] {
  if (some.length === all.length) return []
  const names = some.map(target => target.name)
  return [
    names.length === 1 ? `service="${names[0]}"` : `service=~"${names.join('|').replaceAll('.', '\\\\.')}"`,
  ]
}
