import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const PLAYER = fileURLToPath(new URL('terminal.py', import.meta.url))
const VIGIE = fileURLToPath(new URL('../bin/vigie.js', import.meta.url))

export const ENTER = '\r'
export const DOWN = '\x1b[B'
export const CTRL_C = '\x03'
export const CTRL_U = '\x15'

/** A question that is waited for, and the keys that answer it. */
export type Step = readonly [text: string, keys: string]

/** Runs vigie in a terminal of its own where a person presses keys. */
export function inTerminal(
  cwd: string,
  steps: readonly Step[],
  ...args: string[]
): { code: number | null; shown: string } {
  const { status, stdout } = spawnSync(
    'python3',
    [PLAYER, JSON.stringify(steps), process.execPath, VIGIE, ...args],
    { cwd, encoding: 'utf8' },
  )
  return { code: status, shown: stdout }
}
