import type { Terminal } from './terminal.ts'

/** Which of the two streams shows colours. */
export interface Colours {
  readonly out: boolean
  readonly err: boolean
}

/** The flag wins over FORCE_COLOR, that over NO_COLOR, and without any of them a terminal has colours and a file has none. */
export function coloursOf(terminal: Terminal, flag: boolean): Colours {
  const { FORCE_COLOR, NO_COLOR, TERM } = terminal.env
  const on = (isTerminal: boolean | undefined): boolean => {
    if (!flag) return false
    if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0'
    return !NO_COLOR && TERM !== 'dumb' && isTerminal === true
  }
  return { out: on(terminal.shows?.out), err: on(terminal.shows?.err) }
}

const CODES = { red: 31, green: 32, cyan: 36, bold: 1 } as const

function paint(colour: keyof typeof CODES, text: string): string {
  return `\u001B[${CODES[colour]}m${text}\u001B[0m`
}

/** Takes a unified diff, returns it as terminals show them: red what goes, green what comes. */
export function colourDiff(text: string, colours: boolean): string {
  if (!colours) return text
  return text.replace(/^.+$/gm, line => {
    if (line.startsWith('--- ') || line.startsWith('+++ ')) return paint('bold', line)
    if (line.startsWith('@@')) return paint('cyan', line)
    if (line.startsWith('-')) return paint('red', line)
    return line.startsWith('+') ? paint('green', line) : line
  })
}
