import { main } from '../src/main.ts'

export interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
  /** Both streams, in the order of what was said. */
  readonly all: string
}

/** Runs vigie in this process as a script would: no terminal, no environment but this one. */
export async function runVigie(
  cwd: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Said> {
  const said = { out: '', err: '', all: '' }
  const hear = (stream: 'out' | 'err') => (text: string) => {
    said[stream] += text
    said.all += text
  }
  const code = await main(argv, { out: hear('out'), err: hear('err'), interactive: false, cwd, env })
  return { code, ...said }
}
