import { expect, it } from 'vitest'
import { parseState, stateOf, stateText } from '../../src/core/state.ts'

it('reads what it writes', () => {
  const state = stateOf('1.4.0-rc.1', 12)
  expect(parseState('s.json', stateText(state))).toEqual(state)
})

it.each([
  ['a merge gone wrong', '<<<<<<< ours\n'],
  ['a newer schema', '{"schema":2,"vigie":"9.0.0","templates":1}'],
  ['a command where a version belongs', '{"schema":1,"vigie":"1.0.0; rm -rf ~","templates":1}'],
  ['half a revision', '{"schema":1,"vigie":"1.0.0","templates":1.5}'],
  ['nothing', ''],
])('refuses %s and names the file', (_name, text) => {
  expect(() => parseState('monitoring/.vigie/state.json', text)).toThrow(
    'monitoring/.vigie/state.json is not as vigie writes it.',
  )
})
