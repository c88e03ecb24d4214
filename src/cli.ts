import { Command, Option } from 'commander'
import { addRunningCommands } from './cli-running.ts'
import { type Act, type GlobalOptions, startRun } from './commands/run.ts'
import { UserError } from './core/errors.ts'
import { closest } from './core/suggest.ts'
import { VERSION } from './io/version.ts'
import type { Terminal } from './ui/terminal.ts'

const list = (value: string, before: readonly string[] = []): string[] => [
  ...before,
  ...value.split(',').filter(Boolean),
]
const upgrade = () => new Option('--upgrade', 'take newer templates too').default(false)
const onConflict = () =>
  new Option('--on-conflict <side>', 'settle every conflict the same way').choices(['keep', 'vigie'])

const live = () => new Option('--apply', 'apply it to the running stack, without a question')
const noLive = () => new Option('--no-apply', 'leave the running stack as it is, without a question')

/**
 * The tree of commands. Each loads its own code only when it runs, so that `--help` and `check` never load a prompt library.
 * @param done receives the exit code of the command that ran
 * @param argv what the user typed, to be named in hints and in the lock
 */
export function buildProgram(
  terminal: Terminal,
  done: (code: number) => void,
  argv: readonly string[] = [],
): Command {
  const program = new Command('vigie')
  const act: Act = async action => {
    done(await action(startRun(globalOptions(program.opts()), terminal, argv)))
  }
  program
    .description(
      'Puts this repo under observation: Prometheus, Alertmanager, Grafana and an exporter for every service.',
    )
    .version(VERSION, '-V, --version')
    .option('-C, --directory <dir>', 'work in this folder', '.')
    .option('-y, --yes', 'take what was detected and ask nothing', false)
    .option('-n, --dry-run', 'show what would be written, write nothing', false)
    .option('--json', 'print the result as JSON', false)
    .option('--no-input', 'never ask; fail with a hint instead')
    .option('-q, --quiet', 'say nothing but results and errors', false)
    .option('-v, --verbose', 'say why, and show every file', false)
    .option('--no-color', 'no colours')
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .allowExcessArguments(true)
    .action(() => {
      refuseUnknownCommand(program)
      return act(async run => (await import('./commands/bare.ts')).bareCommand(run))
    })
  addStackCommands(program, act)
  addServiceCommands(program, act)
  addEditCommands(program, act)
  addEngineCommands(program, act)
  addRunningCommands(program, act)
  refuseSurplus(program)
  return program
}

/** A word that a command does not take is a mistake, and not for nothing. */
function refuseSurplus(program: Command): void {
  for (const command of program.commands) {
    command.allowExcessArguments(false)
    refuseSurplus(command)
  }
}

/** A word that is no command must not be taken for plain `vigie`. */
function refuseUnknownCommand(program: Command): void {
  const [word] = program.args
  if (word === undefined) return
  const near = closest(
    word,
    program.commands.map(command => command.name()),
  )
  throw new UserError(`Unknown command "${word}"${near ? ` — did you mean "${near}"?` : '.'}`, {
    hint: 'vigie --help   lists them',
  })
}

function addStackCommands(program: Command, act: Act): void {
  program
    .command('init')
    .description('look at the repo, ask for the rest, write vigie.yaml and the stack')
    .option('--service <name[=kind@host:port]>', 'watch this service (repeatable)', list)
    .option('--alerts <receivers>', 'slack, email, … or none', list)
    .option('--output <dir>', 'folder of the stack')
    .option('--compose <file>', 'the Compose file to read')
    .addOption(
      new Option('--attach <how>', 'how the stack meets the app').choices(['include', 'external', 'host']),
    )
    .option('--heartbeat', 'send the Watchdog to a dead man’s switch')
    .option('--no-heartbeat', 'no dead man’s switch, without a question')
    .option('--cadvisor', 'measure the containers, without a question')
    .option('--no-cadvisor', 'leave the Docker socket alone: no numbers of containers')
    .addOption(onConflict())
    .action(options =>
      act(async run =>
        (await import('./commands/init.ts')).initCommand(run, { ...options, service: options.service ?? [] }),
      ),
    )
  program
    .command('generate')
    .description('make the stack what vigie.yaml says')
    .addOption(onConflict())
    .addOption(upgrade())
    .addOption(live())
    .addOption(noLive())
    .action(options =>
      act(async run => (await import('./commands/generate.ts')).generateCommand(run, options)),
    )
  program
    .command('check')
    .description('exit 1 when the stack is not what vigie.yaml says')
    .option('--strict', 'edits of generated files count too', false)
    .action(options =>
      act(async run => (await import('./commands/check.ts')).checkCommand(run, options.strict)),
    )
}

function addEditCommands(program: Command, act: Act): void {
  program
    .command('diff [path]')
    .description('what generate would change')
    .option('--edits', 'what you changed, against what vigie wrote', false)
    .addOption(upgrade())
    .action((path, options) =>
      act(async run => (await import('./commands/diff.ts')).diffCommand(run, { ...options, path })),
    )
  program
    .command('restore <path>')
    .description('give a file back as vigie writes it; yours is kept and named')
    .action(path => act(async run => (await import('./commands/restore.ts')).restoreCommand(run, path)))
  program
    .command('eject')
    .description('leave vigie, and keep the stack as plain Compose')
    .action(() => act(async run => (await import('./commands/eject.ts')).ejectCommand(run)))
}

function addServiceCommands(program: Command, act: Act): void {
  program
    .command('add [kind] [name]')
    .description('watch one more service; without a kind, what joined the repo')
    .option('--address <host:port>', 'where it listens inside the Compose network')
    .option('--network <name>', 'the Compose network it is on (repeatable)', list)
    .addOption(onConflict())
    .addOption(upgrade())
    .addOption(live())
    .addOption(noLive())
    .action((kind, name, options) =>
      act(async run => {
        const { onConflict, upgrade, apply, address, network = [] } = options
        const change = { onConflict, upgrade, apply }
        if (kind === undefined) return (await import('./commands/add-found.ts')).addFoundCommand(run, change)
        return (await import('./commands/add.ts')).addCommand(run, kind, name, {
          ...change,
          address,
          network,
        })
      }),
    )
  program
    .command('remove <name>')
    .description('stop watching a service')
    .addOption(onConflict())
    .addOption(upgrade())
    .addOption(live())
    .addOption(noLive())
    .action((name, options) =>
      act(async run => (await import('./commands/remove.ts')).removeCommand(run, name, options)),
    )
  program
    .command('list')
    .description('what is watched')
    .option('--kinds', 'what can be watched', false)
    .action(options => act(async run => (await import('./commands/list.ts')).listCommand(run, options.kinds)))
  program
    .command('detect')
    .description('what vigie sees in this repo, and where')
    .option('--compose <file>', 'the Compose file to read')
    .option('--probe <url>', 'read a running /metrics and say which library names its requests like that')
    .action(options =>
      act(async run =>
        options.probe === undefined
          ? (await import('./commands/detect.ts')).detectCommand(run, options.compose)
          : (await import('./commands/probe.ts')).probeCommand(run, options.probe),
      ),
    )
}

function addEngineCommands(program: Command, act: Act): void {
  program
    .command('up')
    .description('check, start everything and wait until it is healthy')
    .action(() => act(async run => (await import('./commands/up.ts')).upCommand(run)))
  program
    .command('down')
    .description('stop everything; volumes stay')
    .action(() => act(async run => (await import('./commands/up.ts')).downCommand(run)))
  program
    .command('status')
    .description('how every link of the chain is, on one screen, and where to look')
    .action(() => act(async run => (await import('./commands/status.ts')).statusCommand(run)))
}

function globalOptions(options: Record<string, unknown>): GlobalOptions {
  return {
    directory: String(options.directory),
    yes: options.yes === true,
    dryRun: options.dryRun === true,
    json: options.json === true,
    input: options.input !== false,
    quiet: options.quiet === true,
    verbose: options.verbose === true,
    color: options.color !== false,
  }
}

const EXAMPLES = `
Examples
  vigie                      look at this repo and set everything up
  vigie add redis            after a Redis joined the Compose file
  vigie check                in CI: is the stack up to date?
`
