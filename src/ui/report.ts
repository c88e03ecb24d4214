import { formatPlace, UserError } from '../core/errors.ts'

/** What steers a terminal, or hides what is written: it must not come out of a file's name. */
const STEERING = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu

/** Text from a user's files on one line, with nothing in it that the eye does not see. */
export const visible = (text: string): string =>
  text.replace(STEERING, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** `vigie.yaml:14:11  unknown kind …` and the next step under it. */
export function errorText(error: UserError): string {
  const place = error.at ? `${visible(formatPlace(error.at))}  ` : ''
  return `${place}${error.message}\n  hint: ${error.hint}\n`
}

/** What people see when vigie itself is wrong: enough to report it, nothing of their repo. */
export function bugText(error: unknown, version: string, verbose: boolean): string {
  const message = error instanceof Error ? error.message : String(error)
  const stack = verbose && error instanceof Error ? `\n${error.stack ?? ''}` : ''
  return `This is a bug in vigie.\n  ${message}\n  vigie ${version}, node ${process.version}, ${process.platform}${stack}\n  hint: run it again with -v and report what it prints.\n`
}

/** Two or more columns, padded to the widest cell. */
export function table(given: readonly (readonly string[])[]): string {
  const rows = given.map(row => row.map(visible))
  const widths: number[] = []
  for (const row of rows)
    row.forEach((cell, index) => {
      widths[index] = Math.max(widths[index] ?? 0, cell.length)
    })
  return rows
    .map(
      row =>
        `  ${row
          .map((cell, index) => cell.padEnd(widths[index] ?? 0))
          .join('   ')
          .trimEnd()}\n`,
    )
    .join('')
}

export const isUserError = (error: unknown): error is UserError => error instanceof UserError
