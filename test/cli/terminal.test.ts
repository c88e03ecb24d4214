import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CTRL_C, ENTER, inTerminal, type Step } from '../terminal.ts'
import { needs, tool } from '../tools.ts'

const SHOP = fileURLToPath(new URL('../../examples/shop', import.meta.url))
const QUESTIONS: readonly Step[] = [
  ['Watch which services?', ENTER],
  ['Where do alerts go?', ` ${ENTER}`],
  ['Discord webhook URL', `https://example.com/hook${ENTER}`],
  ['switch, called every minute', ENTER],
  ['Write the stack into', ENTER],
  ['Apply', ENTER],
]
let root = ''

beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'vigie-terminal-')), 'shop')
  cpSync(SHOP, root, { recursive: true })
})
afterEach(() => rmSync(join(root, '..'), { recursive: true, force: true }))

const snapshot = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .map(path => [path, readFileSync(path, 'utf8')]),
  )

describe.skipIf(tool('python3') === undefined)(needs('a person in a terminal', 'python3'), () => {
  it('answers every question and has a stack', () => {
    const { code, shown } = inTerminal(root, QUESTIONS)
    expect(code, shown).toBe(0)
    expect(readFileSync(join(root, 'monitoring/secrets/discord_url'), 'utf8')).toBe(
      'https://example.com/hook',
    )
  })

  it.each(QUESTIONS.map(([text], index) => [text, index] as const))(
    'presses Ctrl-C at "%s": 130, and nothing was written',
    (text, index) => {
      const before = snapshot()
      const { code, shown } = inTerminal(root, [...QUESTIONS.slice(0, index), [text, CTRL_C]])
      expect(code, shown).toBe(130)
      expect(shown).toContain('Stopped. Nothing was written.')
      expect(snapshot()).toEqual(before)
    },
  )
})
