import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { UserError } from '../core/errors.ts'
import { readText } from '../io/files.ts'
import { nodeIo } from '../io/port.ts'
import { type Colours, coloursOf } from '../ui/colour.ts'
import type { Terminal } from '../ui/terminal.ts'

/** Flags that every command understands. */
export interface GlobalOptions {
  readonly directory: string
  readonly yes: boolean
  readonly dryRun: boolean
  readonly json: boolean
  readonly input: boolean
  readonly quiet: boolean
  readonly verbose: boolean
  readonly color: boolean
}

/** Where a command runs and whom it talks to. */
export interface Run {
  readonly root: string
  readonly options: GlobalOptions
  readonly terminal: Terminal
  /** What the user typed after `vigie`. */
  readonly argv: string
  readonly colours: Colours
  /** Whether somebody is there to answer. */
  readonly canAsk: boolean
  /** Talk for people, on stderr; silent with -q. */
  say(text: string): void
  /** The result, on stdout. */
  print(text: string): void
}

export function startRun(options: GlobalOptions, terminal: Terminal, argv: readonly string[]): Run {
  const root = resolve(terminal.cwd, options.directory)
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory())
    throw new UserError(`There is no folder ${options.directory}.`, { hint: 'check the path after -C' })
  return {
    root,
    options,
    terminal,
    argv: argv.join(' '),
    colours: coloursOf(terminal, options.color),
    canAsk: terminal.interactive && options.input && !options.yes && !options.json,
    say: text => {
      if (!options.quiet) terminal.err(text)
    },
    print: terminal.out,
  }
}

/** The text of a file of the repo, undefined where there is none. */
export const readOwn = (run: Run, path: string): string | undefined => readText(run.root, path, nodeIo('').fs)

/** Runs one command and hands its exit code to whoever started vigie. */
export type Act = (action: (run: Run) => number | Promise<number>) => Promise<void>
