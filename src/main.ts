import { Interrupted } from './core/errors.ts'
import { placeError } from './io/port.ts'
import { VERSION } from './io/version.ts'
import { bugText, errorText, isUserError } from './ui/report.ts'
import { processTerminal, type Terminal } from './ui/terminal.ts'

/**
 * Runs one command line. Everything goes through the terminal it is given, so a test runs it like a person does.
 * @returns the exit code: 0 done · 1 it needs you · 2 it could not work · 130 or 143 interrupted
 */
export async function main(argv: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    terminal.out(`${VERSION}\n`)
    return 0
  }
  let code = 0
  try {
    // Imported here, so that --version loads nothing.
    const { buildProgram } = await import('./cli.ts')
    const keep = (result: number): void => {
      code = result
    }
    const program = buildProgram(terminal, keep, argv)
    await program.parseAsync(argv, { from: 'user' })
    return code
  } catch (error) {
    return explain(error, argv, terminal)
  }
}

function explain(error: unknown, argv: readonly string[], terminal: Terminal): number {
  if (isCommanderError(error)) {
    if (error.exitCode === 0) return 0
    // Plain `vigie` looks at the repo, and what that takes stands under a command of its own.
    const isBare = argv[0]?.startsWith('-') === true && error.code === 'commander.unknownOption'
    terminal.err(
      `  hint: ${isBare ? 'vigie init --help   shows what the first run takes' : 'add --help to see what it takes'}\n`,
    )
    return 2
  }
  if (error instanceof Interrupted) {
    terminal.err(`\n${error.message}\n`)
    return error.exitCode
  }
  const known = isUserError(error) ? error : placeError(error)
  if (known !== undefined) {
    terminal.err(errorText(known))
    return known.exitCode
  }
  terminal.err(bugText(error, VERSION, argv.includes('-v') || argv.includes('--verbose')))
  return 2
}

/** Commander has said already what was wrong. Told by its code, because Commander is not imported here. */
const isCommanderError = (
  error: unknown,
): error is Error & { readonly exitCode: number; readonly code: string } =>
  error instanceof Error &&
  'exitCode' in error &&
  'code' in error &&
  String(error.code).startsWith('commander.')
