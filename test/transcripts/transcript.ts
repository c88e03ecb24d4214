/** One command of a transcript and what is expected of it. */
export interface Step {
  readonly line: number
  readonly command: string
  /** Run in a real terminal, and what is seen and typed there in turn; undefined for a plain run. */
  readonly dialogue: readonly Turn[] | undefined
  readonly out: readonly string[]
  readonly err: readonly string[]
  readonly exit: number
}

export interface Turn {
  readonly kind: 'see' | 'key'
  readonly text: string
}

/** A file that is written before the steps after it. */
export interface Given {
  readonly line: number
  readonly path: string
  readonly text: string
}

export type Entry = Step | Given

export const isGiven = (entry: Entry): entry is Given => 'path' in entry

/**
 * Reads a transcript:
 *
 *     # a comment
 *     -- path --          the lines below it, up to the next command, become that file
 *     $ command           run by sh, with vigie on its PATH
 *     out|a line          what it prints on stdout and stderr, all of it
 *     err|a line
 *     err…                any lines
 *     exit 1              0 unless it says otherwise
 *     tty$ command        the same in a terminal, where `see|text` must show up before `key|<enter>` is typed
 *
 * {n} stands for any number, {version} for the version of vigie.
 */
export function parseTranscript(text: string): Entry[] {
  const entries: Entry[] = []
  let line = 1
  for (const block of text.split(/^(?=-- \S+ --$|\$ |tty\$ )/m)) {
    const [head = '', ...body] = block.replace(/\n$/, '').split('\n')
    const path = /^-- (\S+) --$/.exec(head)?.[1]
    const command = /^(tty)?\$ (.+)$/.exec(head)
    if (path !== undefined) entries.push({ line, path, text: `${body.join('\n')}\n` })
    else if (command) entries.push(stepOf(command[2] ?? '', command[1] === 'tty', body, line))
    line += block.split('\n').length - 1
  }
  return entries
}

const ANY = '…'

function stepOf(command: string, terminal: boolean, body: readonly string[], line: number): Step {
  const dialogue: Turn[] = []
  const printed: Record<string, string[]> = { out: [], err: [] }
  let exit = 0
  for (const [i, text] of body.entries()) {
    if (text === '' || text.startsWith('#')) continue
    const [, tag = '', rest = ''] = /^(out|err|see|key|exit)(?:[| ]|(?=…$))(.*)$/.exec(text) ?? []
    if (tag === 'exit') exit = Number(rest)
    else if (tag === 'see' || tag === 'key') dialogue.push({ kind: tag, text: rest })
    else if (tag in printed) printed[tag]?.push(rest)
    else throw new Error(`line ${line + i + 1}: not understood: ${text}`)
  }
  const { out = [], err = [] } = printed
  return { line, command, dialogue: terminal ? dialogue : undefined, out, err, exit }
}

/** Takes expected lines, returns what the whole output must match. */
export function patternOf(lines: readonly string[], version: string): RegExp {
  const parts = lines.map(line => (line === ANY ? '(?:.*\\n)*?' : `${escaped(line, version)}\\n`))
  return new RegExp(`^${parts.join('')}$`)
}

function escaped(line: string, version: string): string {
  return line
    .replaceAll('{version}', version)
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('\\{n\\}', '\\d+')
}

/** What a `see` waits for. */
export const seenPattern = (text: string, version: string): RegExp => new RegExp(escaped(text, version))
