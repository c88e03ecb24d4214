import { describe, expect, it } from 'vitest'
import { baseOf } from '../../src/core/base.ts'
import { TEMPLATES_REVISION } from '../../src/core/conventions.ts'
import { MOVED, movesSince } from '../../src/core/moves.ts'
import { planTree } from '../../src/core/plan.ts'

const TABLES = [
  { revision: 3, moved: { 'prometheus/jobs/*.yml': 'prometheus/targets/*.yml', 'a.yml': 'b.yml' } },
  { revision: 2, moved: { 'prometheus/scrape/*.yml': 'prometheus/jobs/*.yml' } },
]

describe('movesSince', () => {
  it('follows a file through every rename since, and no earlier one', () => {
    const paths = ['prometheus/scrape/db.yml', 'prometheus/jobs/db.yml', 'a.yml', 'compose.yaml']
    expect([...movesSince(TABLES, 1, paths)]).toEqual([
      ['prometheus/scrape/db.yml', 'prometheus/targets/db.yml'],
      ['prometheus/jobs/db.yml', 'prometheus/targets/db.yml'],
      ['a.yml', 'b.yml'],
    ])
    expect(movesSince(TABLES, 2, ['prometheus/scrape/db.yml']).size).toBe(0)
    expect(movesSince(TABLES, 3, paths).size).toBe(0)
  })

  it('takes the star for one name, never for a folder or for less than the pattern', () => {
    expect(movesSince(TABLES, 1, ['prometheus/scrape/local/x.yml', 'prometheus/scrape/.yml']).size).toBe(1)
    expect(movesSince([{ revision: 1, moved: { 'aa*aa': 'b*' } }], 0, ['aaa']).size).toBe(0)
  })

  it('carries the edits of a renamed file into its new version', () => {
    const from = 'prometheus/scrape/db.yml'
    const to = 'prometheus/targets/db.yml'
    const base = new Map([[from, baseOf(from, 'a: 1\n')]])
    const disk = new Map([[from, 'a: 1\nmine: 1   # ours\n']])
    const next = [{ path: to, text: 'a: 2\n', ownership: 'generated' as const }]
    const plan = planTree(base, disk, next, movesSince(TABLES, 1, base.keys()))
    expect(plan.files).toMatchObject([
      { path: to, from, kind: 'merge', disk: { do: 'write', text: 'a: 2\nmine: 1   # ours\n' } },
    ])
  })
})

it('every rename belongs to a revision that there is', () => {
  for (const { revision } of MOVED) expect(revision).toBeLessThanOrEqual(TEMPLATES_REVISION)
})
