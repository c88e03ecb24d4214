import { describe, expect, it } from 'vitest'
import { mergeLines } from '../../src/core/merge/lines.ts'
import { randomFrom } from './merge-random.ts'

const MK = 'up:\n\tdocker compose up -d\n\ndown:\n\tdocker compose down\n'

describe('mergeLines', () => {
  it.each([
    ['only vigie', MK, MK.replace('up -d', 'up -d --wait'), MK.replace('up -d', 'up -d --wait')],
    ['only the user', MK.replace('down\n', 'down -v\n'), MK, MK.replace('down\n', 'down -v\n')],
    ['apart', `${MK}\nmine:\n\techo\n`, `check:\n\tx\n${MK}`, `check:\n\tx\n${MK}\nmine:\n\techo\n`],
    ['the same', `x\n${MK}`, `x\n${MK}`, `x\n${MK}`],
    ['CRLF', MK.replaceAll('\n', '\r\n'), `a\n${MK}`, `a\n${MK}`.replaceAll('\n', '\r\n')],
    ['no last newline', MK.slice(0, -1), `a\n${MK}`, `a\n${MK}`.slice(0, -1)],
    ['emptied by the user', '', MK, ''],
  ])('%s', (_name, mine, theirs, expected) => {
    expect(mergeLines(MK, mine, theirs)).toEqual({ text: expected, conflicts: [], notes: [] })
  })

  it('asks where both changed the same lines, without markers', () => {
    const mine = MK.replace('up -d', 'up')
    const theirs = MK.replace('up -d', 'up --wait')
    const { text, conflicts } = mergeLines(MK, mine, theirs)
    expect(text).toBe(mine)
    expect(conflicts).toMatchObject([
      { at: 'line 2', yours: '\tdocker compose up', vigie: '\tdocker compose up --wait' },
    ])
    expect(mergeLines(MK, mine, theirs, new Map([['line 2', 'vigie']])).text).toBe(theirs)
  })

  it('is the identity where one side did nothing, on random texts', () => {
    const random = randomFrom(7)
    const lines = (): string =>
      `${Array.from({ length: random.below(12) }, () => random.pick(['a', 'b', 'c', ''])).join('\n')}\n`
    for (let i = 0; i < 2000; i++) {
      const [base, other] = [lines(), lines()]
      expect(mergeLines(base, other, base)).toEqual({ text: other, conflicts: [], notes: [] })
      expect(mergeLines(base, base, other)).toEqual({ text: other, conflicts: [], notes: [] })
      expect(mergeLines(base, other, other)).toEqual({ text: other, conflicts: [], notes: [] })
    }
  })
})
