import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { baseOf } from '../../src/core/base.ts'
import { normalise, shapeOf } from '../../src/core/merge/eol.ts'
import type { Choice, MergeResult } from '../../src/core/merge/result.ts'
import { mergeYaml } from '../../src/core/merge/yaml.ts'
import { reconcile } from '../../src/core/reconcile.ts'
import { oracle } from './merge-oracle.ts'
import { dataOf, editByTool, editByUser, randomFrom, randomModel, render } from './merge-random.ts'

const BATCHES = 4

interface Triple {
  readonly base: string
  readonly mine: string
  readonly theirs: string
  readonly edits: readonly string[]
  readonly first: MergeResult
  readonly data: unknown
  readonly parses: boolean
  readonly seed: number
}

function tripleFrom(seed: number): Triple {
  const random = randomFrom(seed)
  const model = randomModel(random)
  const base = render(model)
  const { text, edits } = editByUser(base, random)
  const theirs = render(editByTool(model, random))
  const first = mergeYaml(base, text, theirs)
  const data = dataOf(text)
  return { seed, base, mine: text, theirs, edits, first, data, parses: data !== undefined }
}

const tally = { merged: 0, asked: 0, whole: 0, broken: 0 }

/** Each law returns what is wrong, or nothing. */
const LAWS: Record<string, (triple: Triple) => string | undefined> = {
  'what does not parse is not touched, and asked about': ({ mine, parses, first: { text, conflicts } }) => {
    if (parses) return undefined
    tally.broken++
    return text === mine && conflicts.length === 1 ? undefined : 'a broken file was edited'
  },
  'the result parses and is the structural merge': ({ base, mine, theirs, data, parses, first }) => {
    if (!parses) return undefined
    const { text, conflicts } = first
    const whole = conflicts.some(conflict => conflict.at === '')
    tally[whole ? 'whole' : conflicts.length > 0 ? 'asked' : 'merged']++
    const result = dataOf(text)
    if (result === undefined) return 'it does not parse'
    if (whole) return text === mine ? undefined : 'conflict about the whole, but edited'
    if (conflicts.length > 0) return undefined
    const expected = oracle(dataOf(base), data, dataOf(theirs))
    if (expected.conflicts > 0) return 'merged what should be asked'
    return isDeepStrictEqual(result, expected.value) ? undefined : 'not the structural merge'
  },
  'every line of the user survives, in order': ({ base, mine, first }) => lostLine(base, mine, first.text),
  'bytes keep their shape': ({ base, mine, theirs }) => {
    const { text } = mergeYaml(base, mine, theirs)
    return isDeepStrictEqual(shapeOf(text), shapeOf(mine))
      ? undefined
      : 'line ends, BOM or last newline changed'
  },
  'merging again changes nothing and asks nothing': ({ base, mine, theirs, first: { text, conflicts } }) => {
    if (conflicts.length > 0) return undefined
    // What was written becomes the base. Of two items of one name, the old base cannot say which of them is the user's.
    const bases = hasTwins(dataOf(mine)) ? [theirs] : [theirs, base]
    const isQuiet = bases
      .map(one => mergeYaml(one, text, theirs))
      .every(again => again.text === text && again.conflicts.length === 0)
    return isQuiet ? undefined : 'a second merge edits or asks'
  },
  'a second run, and a run without change, leave disk and base alone': ({
    seed,
    base,
    mine,
    theirs,
    first,
  }) => {
    if (seed % 4 !== 0) return undefined
    const done = reconcile('a.yml', baseOf('a.yml', theirs), first.text, theirs)
    const idle = reconcile('a.yml', baseOf('a.yml', base), mine, base)
    const effects = [done.disk.do, done.base.do, idle.disk.do, idle.base.do]
    return effects.every(effect => effect === 'leave') ? undefined : `then ${done.kind}, ${idle.kind}`
  },
  'keeping everything is what stands already; taking everything parses': ({
    base,
    mine,
    theirs,
    parses,
    first,
  }) => {
    if (first.conflicts.length === 0) return undefined
    const all = (choice: Choice) => new Map(first.conflicts.map(conflict => [conflict.at, choice]))
    const kept = mergeYaml(base, mine, theirs, all('keep'))
    if (kept.conflicts.length > 0 || kept.text !== first.text) return 'keep is not what stood'
    const taken = mergeYaml(base, mine, theirs, all('vigie'))
    if (taken.conflicts.some(conflict => conflict.at !== '')) return 'a settled question came back'
    return dataOf(taken.text) !== undefined || !parses ? undefined : 'taking vigie’s does not parse'
  },
}

/**
 * Lines only the user has. One may change when the tool changes the value on it: key and comment stay. The last one may get the end of line
 * that it never had, where something follows it now.
 */
function lostLine(base: string, mine: string, result: string): string | undefined {
  const known = new Set(
    normalise(base)
      .split('\n')
      .map(line => line.trim()),
  )
  const own = mine
    .replace(/^\uFEFF/, '')
    .split('\n')
    .filter(line => !known.has(line.trim()))
  const out = result.replace(/^\uFEFF/, '').split('\n')
  const last = mine.split('\n').at(-1)
  const isSame = (line: string, other: string): boolean =>
    other === line || (line === last && other === `${line}\r`)
  let from = 0
  for (const line of own) {
    const at = out.findIndex((other, i) => i >= from && (isSame(line, other) || isSameButValue(line, other)))
    if (at === -1) return `lost or moved: ${JSON.stringify(line)}`
    from = at + 1
  }
  return undefined
}

function isSameButValue(line: string, other: string): boolean {
  const key = /^\s*(?:- )?[\w-]+:\s*|^\s*- /.exec(line)?.[0]
  const comment = /\s#.*$/.exec(line)?.[0] ?? ''
  return key !== undefined && other.startsWith(key.trimEnd()) && other.trimEnd().endsWith(comment.trimEnd())
}

/**
 * Holds the merge to its laws on this many random triples. SEED and TRIPLES in the environment repeat
 * a run: every failure prints them.
 */
export function holdToLaws(half: string, count: number): void {
  const triples = Number(process.env.TRIPLES ?? count)
  const first = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
  describe(`laws of the merge on ${triples} random triples, ${half} half (SEED=${first})`, () => {
    const size = Math.ceil(triples / BATCHES)
    it.each(Array.from({ length: BATCHES }, (_none, i) => i))('batch %i', batch => {
      for (let i = batch * size; i < Math.min((batch + 1) * size, triples); i++) holdOne(first + i)
    })

    it('merges most, and says how many', () => {
      process.stdout.write(`merge laws, ${half} half, SEED=${first}: ${JSON.stringify(tally)}\n`)
      if (triples < 100) return
      expect(tally.merged).toBeGreaterThan(triples / 3)
      expect(tally.asked).toBeGreaterThan(0)
    })
  })
}

function holdOne(seed: number): void {
  const triple = tripleFrom(seed)
  for (const [law, holds] of Object.entries(LAWS)) {
    const wrong = holds(triple)
    if (wrong === undefined) continue
    const { base, mine, theirs, edits, first } = triple
    const shown = {
      base,
      mine,
      theirs,
      edits,
      result: first.text,
      conflicts: JSON.stringify(first.conflicts),
    }
    const texts = Object.entries(shown).map(([name, text]) => `=== ${name}\n${text}`)
    expect.fail(`${law}: ${wrong}\nSEED=${seed} TRIPLES=1\n${texts.join('\n')}`)
  }
}

/** Two items such as `EXTRA=a` and `EXTRA=b` in one list. */
function hasTwins(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const names = Array.isArray(value) ? value.flatMap(item => /^[^=]+(?==)/.exec(String(item))?.[0] ?? []) : []
  return new Set(names).size < names.length || Object.values(value).some(hasTwins)
}
