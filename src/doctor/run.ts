import { docker, type Ran } from '../io/engine.ts'

const PATIENCE = 10_000

/** Runs docker and never throws: what is not there says so in stderr. */
export async function tryDocker(args: readonly string[], cwd: string, timeout = PATIENCE): Promise<Ran> {
  try {
    return await docker(args, cwd, timeout)
  } catch (error) {
    return { ok: false, stdout: '', stderr: error instanceof Error ? error.message : String(error) }
  }
}

/** JSON that may be anything; undefined for what is none. */
export function fromJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? ''
