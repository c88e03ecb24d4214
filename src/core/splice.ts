import { stringify } from 'yaml'
import { UserError } from './errors.ts'
import { normalise, plain, reshape, shapeOf } from './merge/eol.ts'
import { verify } from './merge/yaml.ts'
import {
  isCollection,
  isNull,
  type YCollection,
  type YDoc,
  type YItem,
  type YNode,
} from './merge/yaml-node.ts'
import { parseYaml, Unsafe } from './merge/yaml-parse.ts'
import { joinKey } from './merge/yaml-path.ts'
import { spliceYaml } from './merge/yaml-splice.ts'
import type { Target, TargetItem } from './merge/yaml-target.ts'

/** Keys from the root of the file down: `['services', 'db']`. */
export type KeyPath = readonly string[]

/**
 * Takes YAML the user owns and a value; returns the text with that key set, everything else byte for
 * byte. Missing parents are created at the end of their map; an equal value changes nothing. The value
 * is plain data, or YAML text (`{ yaml }`) to keep its layout and comments.
 */
export function setInYaml(file: string, text: string, path: KeyPath, value: unknown): string {
  return edit(file, text, path, value, (mine, theirs) => setAt(mine, theirs, path))
}

/**
 * Takes YAML the user owns and an item; returns the text with the item at the end of the list at
 * `path`, which is created if missing. An item that is there already changes nothing.
 */
export function appendInYaml(file: string, text: string, path: KeyPath, item: unknown): string {
  return edit(file, text, path, [item], (mine, theirs) => appendAt(mine, theirs, path))
}

/** Takes YAML the user owns, returns it without the key at `path` and the comments that belong to it. */
export function removeFromYaml(file: string, text: string, path: KeyPath): string {
  const last = path.at(-1)
  return edit(file, text, [], {}, mine => dropAt(mine, path.slice(0, -1), item => item.key === last))
}

/**
 * Takes YAML the user owns and the data of an item; returns it without that item of the list at
 * `path`. A list that becomes empty goes with its key, so that append and remove are inverse.
 */
export function removeItemFromYaml(file: string, text: string, path: KeyPath, item: unknown): string {
  const data = parseYaml(stringify([item], { lineWidth: 0 })).root
  const wanted = isCollection(data) ? data.items[0]?.value.data : undefined
  return edit(file, text, [], {}, mine => {
    const list = nodeAt(mine, path)
    const alone = isCollection(list) && list.items.length === 1 && list.items[0]?.value.data === wanted
    if (alone) return dropAt(mine, path.slice(0, -1), entry => entry.key === path.at(-1))
    return dropAt(mine, path, entry => entry.value.data === wanted)
  })
}

type Build = (mine: YNode, theirs: YNode) => Target | undefined

function edit(file: string, text: string, path: KeyPath, value: unknown, build: Build): string {
  const snippet = snippetOf(path, value)
  if (
    plain(text)
      .replace(/^[ \t]*#.*$/gm, '')
      .trim() === '' &&
    path.length > 0
  )
    return onEmpty(text, snippet)
  try {
    const mine = parseYaml(plain(text))
    const theirs = parseYaml(snippet)
    return carryOut(text, mine, theirs, build)
  } catch (error) {
    if (!(error instanceof Unsafe)) throw error
    if (error.at) {
      const said = error.message.replace(/ at line \d+, column \d+\.?$/, '')
      throw new UserError(`This is ${said}.`, { at: { file, ...error.at }, hint: 'mend that line' })
    }
    const where = path.reduce(joinKey, '')
    throw new UserError(`Cannot edit ${file} safely: ${error.message}.`, {
      hint: where === '' ? `make the change in ${file} by hand` : `add this to ${file} by hand:\n${snippet}`,
    })
  }
}

function carryOut(text: string, mine: YDoc, theirs: YDoc, build: Build): string {
  if (mine.root === undefined || theirs.root === undefined) throw new Unsafe('there is no document in it')
  const target = build(mine.root, theirs.root)
  if (target === undefined || target.kind === 'same') return text
  const result = reshape(spliceYaml(mine, theirs, target), shapeOf(text))
  verify(result, target, { mine, theirs })
  return result
}

/** The value as YAML under its path: what is copied from, and what a person would type. */
function snippetOf(path: KeyPath, value: unknown): string {
  if (path.length === 0 || !isYamlText(value)) {
    const data = [...path].reverse().reduce((inner: unknown, key) => ({ [key]: inner }), value)
    return stringify(data, { lineWidth: 0 })
  }
  const own = plain(normalise(value.yaml))
  const root = own.trim().includes('\n') ? undefined : parseYaml(own).root
  if (root !== undefined && (root.kind === 'scalar' || root.flow)) {
    const parents = path.slice(0, -1).map((key, depth) => `${'  '.repeat(depth)}${stringify(key).trim()}:\n`)
    return `${parents.join('')}${'  '.repeat(path.length - 1)}${stringify(path.at(-1)).trim()}: ${own}`
  }
  const keys = path.map((key, depth) => `${'  '.repeat(depth)}${stringify(key).trim()}:\n`)
  const indent = '  '.repeat(path.length)
  return keys.join('') + own.replace(/^(?=.)/gm, indent)
}

function isYamlText(value: unknown): value is { readonly yaml: string } {
  return typeof value === 'object' && value !== null && 'yaml' in value && typeof value.yaml === 'string'
}

function onEmpty(text: string, snippet: string): string {
  const shape = shapeOf(text)
  return reshape(plain(text) + snippet, { ...shape, finalNewline: true })
}

function nodeAt(node: YNode, path: KeyPath): YNode | undefined {
  let at: YNode | undefined = node
  for (const key of path) at = at?.kind === 'map' ? at.items.find(item => item.key === key)?.value : undefined
  return at
}

function setAt(mine: YNode, theirs: YNode, path: KeyPath): Target {
  return descend(mine, theirs, path, (old, value) =>
    old.data === value.data ? { kind: 'same', node: old } : { kind: 'copy', mine: old, theirs: value },
  )
}

function appendAt(mine: YNode, theirs: YNode, path: KeyPath): Target {
  return descend(mine, theirs, path, (old, value) => {
    const items = isCollection(value) ? value.items : []
    if (!isCollection(value) || (!isNull(old) && old.kind !== 'seq')) throw new Unsafe('it is not a list')
    const there = isCollection(old) ? old.items : []
    const fresh = items.filter(item => there.every(other => other.value.data !== item.value.data))
    if (fresh.length === 0) return { kind: 'same', node: old }
    return { kind: 'items', mine: old, like: value, items: [...there.map(same), ...fresh.map(insert)] }
  })
}

const same = (mine: YItem): TargetItem => ({ kind: 'same', mine })
const insert = (theirs: YItem): TargetItem => ({ kind: 'insert', theirs })

/** Walks both trees down the path; where the user's ends, the rest of the other is inserted. */
function descend(
  mine: YNode,
  theirs: YNode,
  path: KeyPath,
  leaf: (old: YNode, value: YNode) => Target,
): Target {
  const [key, ...rest] = path
  if (key === undefined) return leaf(mine, theirs)
  if (theirs.kind !== 'map' || (mine.kind !== 'map' && !isNull(mine)))
    throw new Unsafe(`there is no map around ${key}`)
  const entry = theirs.items.find(item => item.key === key)
  const items = mine.kind === 'map' ? mine.items : []
  const old = items.find(item => item.key === key)
  if (entry === undefined) return { kind: 'same', node: mine }
  if (old === undefined) return withItems(mine, theirs, [...items.map(same), insert(entry)])
  const value = descend(old.value, entry.value, rest, leaf)
  if (value.kind === 'same') return { kind: 'same', node: mine }
  return withItems(
    mine,
    theirs,
    items.map(item => (item === old ? { kind: 'into', mine: item, value } : same(item))),
  )
}

function withItems(mine: YNode, like: YCollection, items: readonly TargetItem[]): Target {
  return { kind: 'items', mine, like, items }
}

function dropAt(mine: YNode, path: KeyPath, gone: (item: YItem) => boolean): Target {
  const [key, ...rest] = path
  if (!isCollection(mine)) return { kind: 'same', node: mine }
  if (key === undefined) {
    const stay = mine.items.filter(item => !gone(item))
    return stay.length === mine.items.length
      ? { kind: 'same', node: mine }
      : withItems(mine, mine, stay.map(same))
  }
  const old = mine.kind === 'map' ? mine.items.find(item => item.key === key) : undefined
  const value = old && dropAt(old.value, rest, gone)
  if (old === undefined || value === undefined || value.kind === 'same') return { kind: 'same', node: mine }
  return withItems(
    mine,
    mine,
    mine.items.map(item => (item === old ? { kind: 'into', mine: item, value } : same(item))),
  )
}
