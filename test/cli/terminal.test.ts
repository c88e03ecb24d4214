import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CTRL_C, CTRL_U, DOWN, ENTER, inTerminal, type Step } from '../terminal.ts'
import { needs, tool } from '../tools.ts'

const SHOP = fileURLToPath(new URL('../../examples/shop', import.meta.url))
const QUESTIONS: readonly Step[] = [
  ['Watch which services?', ENTER],
  ['Where do alerts go?', ` ${ENTER}`],
  ['Discord webhook URL', `https://example.com/hook${ENTER}`],
  ['switch, called every minute', ENTER],
  ['Measure containers too', ENTER],
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

  it('answers wrongly, is told why, and asked again', () => {
    const steps: readonly Step[] = [
      ...QUESTIONS.slice(0, 2),
      ['Discord webhook URL', `hello${ENTER}`],
      ['does not look like: Discord webhook URL', `${CTRL_U}https://example.com/hook${ENTER}`],
      ...QUESTIONS.slice(3, 5),
      ['Write the stack into', `../out${ENTER}`],
      ['must be a folder inside the repo', `${CTRL_U}observability${ENTER}`],
      ['Apply', ENTER],
    ]
    const { code, shown } = inTerminal(root, steps)
    expect(code, shown).toBe(0)
    expect(shown).not.toContain('hello')
    expect(readFileSync(join(root, 'observability/secrets/discord_url'), 'utf8')).toBe(
      'https://example.com/hook',
    )
  })

  it.each([
    ['setup/mysql/docker-compose.yml', ENTER],
    ['setup/postgres/docker-compose.yml', `${DOWN}${ENTER}`],
  ])('says that %s is the Compose file, and is not asked again', (file, keys) => {
    for (const one of ['mysql', 'postgres']) {
      mkdirSync(join(root, '../two/setup', one), { recursive: true })
      writeFileSync(
        join(root, `../two/setup/${one}/docker-compose.yml`),
        `services: { db: { image: ${one} } }\n`,
      )
    }
    const steps: readonly Step[] = [['Which Compose file starts the app?', keys], ...QUESTIONS]
    const { code, shown } = inTerminal(join(root, '../two'), steps)
    expect(code, shown).toBe(0)
    expect(shown).not.toContain('Nothing says which Compose file')
    expect(readFileSync(join(root, '../two/vigie.yaml'), 'utf8')).toContain(`compose: ${file}\n`)
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
