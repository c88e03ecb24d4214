/** The streams and facts of the terminal a run talks to; a test passes its own. */
export interface Terminal {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly interactive: boolean
  /** Which streams a person looks at, rather than a file or a pipe. */
  readonly shows?: { readonly out: boolean; readonly err: boolean }
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Questions are asked only where somebody can answer: both ends a terminal, no CI. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process
  for (const stream of [stdout, stderr]) stream.on('error', ignoreClosedPipe)
  return {
    out: text => stdout.write(text),
    err: text => stderr.write(text),
    // Last what costs: stdin is opened by looking at it.
    interactive: !env.CI && env.TERM !== 'dumb' && stderr.isTTY === true && process.stdin.isTTY === true,
    shows: { out: stdout.isTTY === true, err: stderr.isTTY === true },
    cwd: process.cwd(),
    env,
  }
}

/** `vigie list | head` closes the pipe early; that is no mistake of anybody's. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}
