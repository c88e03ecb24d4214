import { spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { seenPattern, type Turn } from './transcript.ts'

const KEYS: Readonly<Record<string, string>> = {
  '<enter>': '\r',
  '<ctrl-c>': '\u0003',
  '<ctrl-d>': '\u0004',
  '<space>': ' ',
}
const PATIENCE = 30_000

export interface Place {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  readonly version: string
}

/** Runs a command in a pseudo terminal made by script(1), and types as the dialogue says; returns what was shown. */
export async function converse(
  command: string,
  dialogue: readonly Turn[],
  { cwd, env, version }: Place,
): Promise<{ shown: string; exit: number | null }> {
  const child = spawn('script', ['-qfec', `stty cols 160 rows 50; ${command}`, '/dev/null'], { cwd, env })
  let raw = ''
  let ended = false
  child.stdout.on('data', data => {
    raw += String(data)
  })
  const exit = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => {
      ended = true
      resolve(code)
    })
  })
  const shown = (): string => stripVTControlCharacters(raw).replaceAll('\r', '')
  try {
    await speak(
      dialogue,
      shown,
      version,
      () => ended,
      keys => child.stdin.write(keys),
    )
  } catch (error) {
    child.kill()
    throw error
  }
  const code = await exit
  return { shown: shown(), exit: code }
}

async function speak(
  dialogue: readonly Turn[],
  shown: () => string,
  version: string,
  ended: () => boolean,
  type: (keys: string) => void,
): Promise<void> {
  let from = 0
  for (const { kind, text } of dialogue) {
    if (kind === 'key') {
      type(text.replace(/<[a-z-]+>/g, key => KEYS[key] ?? key))
      continue
    }
    from = await waitFor(shown, from, seenPattern(text, version), ended)
  }
}

/** Resolves to the offset behind the match. */
async function waitFor(
  shown: () => string,
  from: number,
  pattern: RegExp,
  ended: () => boolean,
): Promise<number> {
  for (let waited = 0; ; waited += 20) {
    const over = ended()
    const match = pattern.exec(shown().slice(from))
    if (match) return from + match.index + match[0].length
    if (over || waited > PATIENCE) throw new Error(`${pattern} was not shown in:\n${shown()}`)
    await delay(20)
  }
}
