import { CommanderError } from 'commander'
import { buildProgram } from './cli.ts'
import { Interrupted } from './core/errors.ts'
import { VERSION } from './io/version.ts'
import { bugText, errorText, isUserError } from './ui/report.ts'
import { processTerminal, type Terminal } from './ui/terminal.ts'

/**
 * Runs one command line. Everything goes through the terminal it is given, so a test runs it like a person does.
 * @returns the exit code: 0 done · 1 it needs you · 2 it could not work · 130 interrupted
 */
export async function main(argv: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  let code = 0
  const program = buildProgram(terminal, result => {
    code = result
  })
  try {
    await program.parseAsync(argv, { from: 'user' })
    return code
  } catch (error) {
    return explain(error, argv, terminal)
  }
}

function explain(error: unknown, argv: readonly string[], terminal: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof Interrupted) {
    terminal.err(`\n${error.message}\n`)
    return 130
  }
  if (isUserError(error)) {
    terminal.err(errorText(error))
    return error.exitCode
  }
  terminal.err(bugText(error, VERSION, argv.includes('-v') || argv.includes('--verbose')))
  return 2
}
