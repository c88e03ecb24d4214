import { describe, expect, it } from 'vitest'
import { type Base, baseOf, basePath, pathOfBase } from '../../src/core/base.ts'
import { operationsOf } from '../../src/core/operations.ts'
import { isInSync, planTree, resolveConflicts, summarise } from '../../src/core/plan.ts'
import type { RenderedFile } from '../../src/core/tree.ts'

const file = (path: string, text: string): RenderedFile => ({ path, text, ownership: 'generated' })
const bases = (files: Record<string, string>): Map<string, Base> =>
  new Map(Object.entries(files).map(([path, text]) => [path, baseOf(path, text)]))
const disk = (files: Record<string, string>): Map<string, string> => new Map(Object.entries(files))
const STATE = { schema: 1, vigie: '1.0.0', templates: 3 }

describe('planTree', () => {
  it('knows its files from the base alone: what is not in it is not vigie’s to delete', () => {
    const plan = planTree(bases({ 'a.yml': 'a: 1\n' }), disk({ 'a.yml': 'a: 1\n', 'mine.yml': 'x: 1\n' }), [])
    expect(plan.files.map(action => [action.path, action.kind])).toEqual([['a.yml', 'delete']])
  })

  it('is in sync after itself, whatever was in the tree', () => {
    const next = [
      file('a.yml', 'a: 2\n'),
      file('d.json', '{}\n'),
      file('vigie.mk', 'up:\n'),
      file('new.yml', 'n: 1\n'),
    ]
    const [base, now] = [
      { 'a.yml': 'a: 1\n', 'gone.yml': 'g: 1\n' },
      { 'a.yml': 'a: 1\nb: 1\n', 'gone.yml': 'g: 1\n' },
    ]
    const operations = operationsOf(planTree(bases(base), disk(now), next), '', STATE)
    const after = new Map(Object.entries(now))
    const stored = bases(base)
    for (const { path, text } of operations) {
      const kept = pathOfBase(path)
      const source = next.find(rendered => rendered.path === kept)
      if (kept !== undefined && source !== undefined) stored.set(kept, baseOf(kept, source.text))
      else if (kept !== undefined) stored.delete(kept)
      else if (text === null) after.delete(path)
      else after.set(path, text)
    }
    expect(after.get('a.yml')).toBe('a: 2\nb: 1\n')
    const again = planTree(stored, after, next)
    expect(isInSync(again)).toBe(true)
    expect(operationsOf(again, '', STATE)).toHaveLength(3)
  })

  it('carries a renamed file to its new name, edits and all', () => {
    const moves = new Map([['old.yml', 'new.yml']])
    const plan = planTree(
      bases({ 'old.yml': 'a: 1\n' }),
      disk({ 'old.yml': 'a: 1\nmine: 1\n' }),
      [file('new.yml', 'a: 2\n')],
      moves,
    )
    expect(plan.files).toHaveLength(1)
    expect(plan.files[0]).toMatchObject({ path: 'new.yml', from: 'old.yml', kind: 'merge' })
    expect(operationsOf(plan, 'm', STATE).map(({ path, text }) => [path, text])).toEqual([
      ['m/new.yml', 'a: 2\nmine: 1\n'],
      ['m/.vigie/base/new.yml.base', 'a: 2\n'],
      ['m/old.yml', null],
      ['m/.vigie/base/old.yml.base', null],
      ['m/.vigie/state.json', '{"schema":1,"vigie":"1.0.0","templates":3}\n'],
      ['m/.vigie/.gitignore', expect.stringContaining('journal.json')],
      ['m/.vigie/.gitattributes', expect.stringContaining('base/**')],
    ])
  })

  it.each([
    ['unchanged by vigie', 'a: 1\n', 'a: 1\nmine: 1\n', 'a: 1\nmine: 1\n'],
    ['untouched by the user', 'a: 2\n', 'a: 1\n', 'a: 2\n'],
    ['reconciled by an answer', 'a: 2\n', 'a: 3\n', 'a: 3\n'],
  ])('carries a renamed file that is %s', (_name, next, now, expected) => {
    const moves = new Map([['old.yml', 'new.yml']])
    const open = planTree(
      bases({ 'old.yml': 'a: 1\n' }),
      disk({ 'old.yml': now }),
      [file('new.yml', next)],
      moves,
    )
    const operations = operationsOf(
      resolveConflicts(open, () => 'keep'),
      '',
      STATE,
    )
    const texts = new Map(operations.map(({ path, text }) => [path, text]))
    expect(texts.get('new.yml')).toBe(expected)
    expect(texts.get('old.yml')).toBeNull()
    expect(texts.get(basePath('new.yml'))).toBe(next)
  })

  it('writes nothing for a conflict before it is settled', () => {
    const plan = planTree(bases({ 'a.yml': 'a: 1\n' }), disk({ 'a.yml': 'a: 2\n' }), [
      file('a.yml', 'a: 3\n'),
    ])
    expect(summarise(plan)).toMatchObject({ conflict: 1, open: 1, writes: 0 })
    expect(operationsOf(plan, '', STATE)).toHaveLength(3)
  })
})

describe('base paths', () => {
  it('lead there and back, and nothing else leads back', () => {
    for (const path of ['compose.yaml', 'grafana/d.json', 'vigie.mk'])
      expect(pathOfBase(basePath(path))).toBe(path)
    for (const stored of ['.vigie/base/x', '.vigie/base/d.json.base', '.vigie/base/a.yml.sha256', 'x.base']) {
      expect(pathOfBase(stored)).toBeUndefined()
    }
  })
})
