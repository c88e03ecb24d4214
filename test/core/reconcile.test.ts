import { describe, expect, it } from 'vitest'
import { type Base, baseOf } from '../../src/core/base.ts'
import { planTree, resolveConflicts, summarise } from '../../src/core/plan.ts'
import { reconcile, reconcileSeed } from '../../src/core/reconcile.ts'

const B = 'port: 1\nname: a\n'
const N = 'port: 2\nname: a\n'
const MINE = 'port: 1\nname: mine\n'
const CLASH = 'port: 3\nname: a\n'

const rows: [string, string | undefined, string | undefined, string | undefined, string, string, string][] = [
  ['− − N: write', undefined, undefined, N, 'create', 'write', 'write'],
  ['− D≡N N: adopt', undefined, N, N, 'adopt', 'leave', 'write'],
  ['− D N: exists', undefined, MINE, N, 'conflict', 'leave', 'leave'],
  ['B − N: stays deleted', B, undefined, N, 'keepDeleted', 'leave', 'write'],
  ['B − N≡B: stays deleted', B, undefined, B, 'keepDeleted', 'leave', 'leave'],
  ['B D≡B N≡B: nothing', B, B, B, 'none', 'leave', 'leave'],
  ['B D≡B N: replace', B, B, N, 'update', 'write', 'write'],
  ['B D N≡B: yours, never asks', B, MINE, B, 'keep', 'leave', 'leave'],
  ['B D≡N N: base only', B, N, N, 'none', 'leave', 'write'],
  ['B D N: merge', B, MINE, N, 'merge', 'write', 'write'],
  ['B D N: conflict', B, CLASH, N, 'conflict', 'leave', 'leave'],
  ['B D≡B −: delete', B, B, undefined, 'delete', 'delete', 'delete'],
  ['B D −: orphan', B, MINE, undefined, 'orphan', 'leave', 'leave'],
  ['B − −: forget', B, undefined, undefined, 'forget', 'leave', 'delete'],
  ['− D −: not ours', undefined, MINE, undefined, 'none', 'leave', 'leave'],
]

const base = (path: string, text: string | undefined): Base | undefined =>
  text === undefined ? undefined : baseOf(path, text)

describe('reconcile', () => {
  it.each(rows)('%s', (_name, b, d, n, kind, disk, kept) => {
    const action = reconcile('a.yml', base('a.yml', b), d, n)
    expect([action.kind, action.disk.do, action.base.do]).toEqual([kind, disk, kept])
  })

  it('takes a CRLF checkout for untouched and answers in CRLF', () => {
    const action = reconcile('a.yml', base('a.yml', B), B.replaceAll('\n', '\r\n'), N)
    expect(action).toMatchObject({ kind: 'update', disk: { text: N.replaceAll('\n', '\r\n') } })
  })

  it('parses nothing of what only vigie changed, or nobody: that is most files of most runs', () => {
    const [broken, next] = ['a: {\n', 'b: ]\n']
    expect(reconcile('a.yml', base('a.yml', broken), broken, broken).kind).toBe('none')
    expect(reconcile('a.yml', base('a.yml', broken), broken, next).kind).toBe('update')
  })

  it('keeps an edited dashboard, names it, and does not name it twice', () => {
    const first = reconcile('d.json', base('d.json', '{"a":1}'), '{"a":2}', '{"a":3}')
    expect(first).toMatchObject({ kind: 'keep', disk: { do: 'leave' }, notes: [{ at: '' }] })
    const again = reconcile('d.json', base('d.json', '{"a":3}'), '{"a":2}', '{"a":3}')
    expect(again).toMatchObject({ kind: 'keep', notes: [] })
  })

  it('renders a dashboard anew that git merged into no dashboard at all, and keeps one that still is one', () => {
    const merged: Base = { kind: 'digest', sha256: `${'a'.repeat(64)}\n${'b'.repeat(64)}` }
    expect(reconcile('d.json', merged, '{"a":1,\n"a":\n', '{}\n')).toMatchObject({
      kind: 'update',
      disk: { do: 'write', text: '{}\n' },
      precious: true,
    })
    expect(reconcile('d.json', merged, '{"title":"Ours"}\n', '{}\n')).toMatchObject({ kind: 'keep' })
    const edited: Base = { kind: 'digest', sha256: 'a'.repeat(64) }
    expect(reconcile('d.json', edited, '{"half', '{}\n')).toMatchObject({ kind: 'keep' })
  })

  it('writes a seed once and never reads it again', () => {
    expect(reconcileSeed('s.yaml', undefined, 'x: 1\n').kind).toBe('create')
    expect(reconcileSeed('s.yaml', ': not yaml {', 'x: 1\n').kind).toBe('none')
  })
})

describe('resolveConflicts', () => {
  const plan = planTree(
    new Map([
      ['a.yml', baseOf('a.yml', B)],
      ['gone.yml', baseOf('gone.yml', B)],
    ]),
    new Map([
      ['a.yml', CLASH],
      ['gone.yml', MINE],
      ['there.yml', MINE],
    ]),
    [
      { path: 'a.yml', text: N, ownership: 'generated' },
      { path: 'there.yml', text: N, ownership: 'generated' },
    ],
  )

  it('asks three times', () => {
    expect(summarise(plan)).toMatchObject({ open: 3, writes: 0, conflict: 2, orphan: 1 })
  })

  it('keeps everything without touching the disk, and never asks again', () => {
    const kept = resolveConflicts(plan, () => 'keep')
    expect(summarise(kept)).toMatchObject({ open: 0, writes: 0 })
    const settled = reconcile('a.yml', baseOf('a.yml', N), CLASH, N)
    expect(settled.kind).toBe('keep')
  })

  it('takes everything of vigie and marks the lost bytes precious', () => {
    const taken = resolveConflicts(plan, () => 'vigie')
    expect(taken.files.map(file => [file.path, file.kind, file.disk, file.precious])).toEqual([
      ['a.yml', 'update', { do: 'write', text: N }, true],
      ['gone.yml', 'delete', { do: 'delete' }, true],
      ['there.yml', 'update', { do: 'write', text: N }, true],
    ])
  })

  it('leaves open what was not answered', () => {
    const half = resolveConflicts(plan, path => (path === 'a.yml' ? 'keep' : undefined))
    expect(summarise(half)).toMatchObject({ open: 2 })
  })
})
