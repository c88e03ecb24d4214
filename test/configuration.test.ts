import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { schemaText } from '../scripts/schema.ts'

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly default?: unknown
}

/** Sections of docs/configuration.md whose first table lists the keys below a key of vigie.yaml. */
const SECTIONS: Readonly<Record<string, string>> = {
  'Top level': '',
  stack: 'stack.',
  services: 'services.*.',
  probes: 'probes.*.',
  alerts: 'alerts.',
}
/** A row of the metric map has its own list, in docs/modules.md. */
const ELSEWHERE = /^services\.\*\.map\./

/** Keys with nothing below them, and those around them, by path. */
function keysOf(schema: Schema, path = ''): Map<string, { leaf: boolean; schema: Schema }> {
  const below = schema.additionalProperties
  const named = Object.entries(schema.properties ?? {})
  const all = typeof below === 'object' && below.properties ? [...named, ['*', below] as const] : named
  return new Map(
    all.flatMap(([key, child]) => {
      const inner = keysOf(child, `${path}${key}.`)
      return [[`${path}${key}`, { leaf: inner.size === 0, schema: child }] as const, ...inner]
    }),
  )
}

/** Key and default, as the tables say. */
function documented(): Map<string, string> {
  const docs = readFileSync(new URL('../docs/configuration.md', import.meta.url), 'utf8')
  const sections = docs.split(/^## /m).filter(section => (section.split('\n')[0] ?? '') in SECTIONS)
  return new Map(
    sections.flatMap(section => {
      const [head = ''] = section.split(/^### /m)
      const prefix = SECTIONS[head.split('\n')[0] ?? ''] ?? ''
      return [...head.matchAll(/^\| (`[^|]+) \| ([^|]*) ?\| /gm)].flatMap(([, cell = '', fallback = '']) =>
        [...cell.matchAll(/`([^`]+)`/g)].map(([, key]) => [`${prefix}${key}`, fallback.trim()] as const),
      )
    }),
  )
}

const keys = keysOf(JSON.parse(schemaText()))
const leaves = [...keys].filter(([path, key]) => key.leaf && !ELSEWHERE.test(path))

test('every key of vigie.yaml is documented', () => {
  expect(leaves.length).toBeGreaterThan(30)
  const told = documented()
  expect(leaves.map(([path]) => path).filter(path => !told.has(path))).toEqual([])
})

test('no key is documented that does not exist', () => {
  expect([...documented().keys()].filter(path => !keys.has(path))).toEqual([])
})

test('every default is documented as it is', () => {
  const told = documented()
  const defaults = leaves.filter(([, { schema }]) => typeof schema.default === 'string')
  expect(defaults.length).toBeGreaterThan(5)
  for (const [path, { schema }] of defaults)
    expect(told.get(path), path).toBe(`\`${String(schema.default)}\``)
})
