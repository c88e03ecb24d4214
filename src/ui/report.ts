import { formatPlace, UserError } from '../core/errors.ts'

/** `vigie.yaml:14:11  unknown kind …` and the next step under it. */
export function errorText(error: UserError): string {
  const place = error.at ? `${formatPlace(error.at)}  ` : ''
  return `${place}${error.message}\n  hint: ${error.hint}\n`
}

/** What people see when vigie itself is wrong: enough to report it, nothing of their repo. */
export function bugText(error: unknown, version: string, verbose: boolean): string {
  const message = error instanceof Error ? error.message : String(error)
  const stack = verbose && error instanceof Error ? `\n${error.stack ?? ''}` : ''
  return `This is a bug in vigie.\n  ${message}\n  vigie ${version}, node ${process.version}, ${process.platform}${stack}\n  hint: run it again with -v and report what it prints.\n`
}

/** Two or more columns, padded to the widest cell. */
export function table(rows: readonly (readonly string[])[]): string {
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
