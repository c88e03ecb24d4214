import { isCollection, type YCollection, type YItem, type YNode } from './yaml-node.ts'

/** Takes a list item, returns the name by which it is the same item in another version; undefined if it has none. */
type Identity = (item: YItem) => string | undefined

/** What items are called in the lists vigie writes, by the key the list stands under; tried in order. */
const BY_LIST: Readonly<Record<string, readonly Identity[]>> = {
  scrape_configs: [field('job_name')],
  groups: [field('name')],
  rules: [field('uid'), ruleName, ruleWithSeverity, ruleWithLabels],
  data: [field('refId')],
  receivers: [field('name')],
  routes: [route],
  volumes: [mountTarget, scalar],
  environment: [variable, scalar],
  labels: [variable, scalar],
  ports: [containerPort, scalar],
  command: [flag],
  args: [flag],
  include: [includePath],
  // Order is meaning in these: never taken apart.
  entrypoint: [],
  test: [],
  source_labels: [],
  relabel_configs: [],
  metric_relabel_configs: [],
}

const ANY_LIST: readonly Identity[] = [
  scalar,
  field('name'),
  field('uid'),
  field('id'),
  field('source'),
  field('target'),
]

/**
 * Takes the key a list stands under and its versions; returns an identity that names every item of
 * each of them, once. Undefined means the list can only be taken as one value.
 */
export function identityOf(
  key: string,
  lists: readonly YCollection[],
): ((item: YItem) => string) | undefined {
  for (const identity of BY_LIST[key] ?? ANY_LIST) {
    if (lists.every(list => namesAll(identity, list))) return item => identity(item) ?? ''
  }
  // One item everywhere (static_configs, slack_configs): it can only be the same one.
  const alone =
    lists.length > 1 && lists.every(list => list.items.length === 1 && isCollection(list.items[0]?.value))
  return alone && !(key in BY_LIST) ? () => '0' : undefined
}

function namesAll(identity: Identity, list: YCollection): boolean {
  const names = list.items.map(identity)
  return !names.includes(undefined) && new Set(names).size === names.length
}

function child(node: YNode, key: string): YNode | undefined {
  return node.kind === 'map' ? node.items.find(item => item.key === key)?.value : undefined
}

function textOf(node: YNode | undefined): string | undefined {
  if (node === undefined || node.kind !== 'scalar' || node.style === 'opaque' || node.value === null)
    return undefined
  return String(node.value)
}

function field(name: string): Identity {
  return item => textOf(child(item.value, name))
}

function scalar(item: YItem): string | undefined {
  return item.value.kind === 'scalar' && item.value.style !== 'opaque' ? item.value.data : undefined
}

function ruleName(item: YItem): string | undefined {
  return textOf(child(item.value, 'alert')) ?? textOf(child(item.value, 'record'))
}

function ruleWithSeverity(item: YItem): string | undefined {
  const labels = child(item.value, 'labels')
  const severity = labels === undefined ? undefined : textOf(child(labels, 'severity'))
  const name = ruleName(item)
  return name === undefined || severity === undefined ? name : `${name},${severity}`
}

function ruleWithLabels(item: YItem): string | undefined {
  const name = ruleName(item)
  return name === undefined ? undefined : `${name},${child(item.value, 'labels')?.data ?? ''}`
}

function route(item: YItem): string | undefined {
  const matching = ['matchers', 'object_matchers', 'match', 'match_re'].map(
    key => child(item.value, key)?.data ?? '',
  )
  return [textOf(child(item.value, 'receiver')) ?? '', ...matching].filter(part => part !== '').join(',')
}

/** `./conf:/etc/conf:ro` and `{ target: /etc/conf }` are the same mount. */
function mountTarget(item: YItem): string | undefined {
  const text = textOf(item.value)
  if (text === undefined) return textOf(child(item.value, 'target'))
  const parts = text.split(':')
  return parts.length === 1 ? parts[0] : parts[1]
}

function variable(item: YItem): string | undefined {
  return textOf(item.value)?.split('=')[0]
}

/** `127.0.0.1:3000:3000/tcp` and `{ target: 3000 }` publish the same port; a range names itself. */
function containerPort(item: YItem): string | undefined {
  const text = textOf(item.value)
  if (text === undefined) return textOf(child(item.value, 'target'))
  return text
    .replace(/\/tcp$/, '')
    .split(':')
    .at(-1)
}

/** `--retention=15d` is the flag `--retention`: two values of it would stop the program. Anything positional is no list of flags. */
function flag(item: YItem): string | undefined {
  const text = textOf(item.value)
  return text?.startsWith('-') ? text.split('=')[0] : undefined
}

function includePath(item: YItem): string | undefined {
  return textOf(item.value) ?? child(item.value, 'path')?.data
}
