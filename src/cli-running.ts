import type { Command } from 'commander'
import type { Act } from './commands/run.ts'

/** The commands that talk to a running stack. */
export function addRunningCommands(program: Command, act: Act): void {
  program
    .command('doctor [service]')
    .description('walk the chain link by link, and say which one is broken and how to mend it')
    .option('--fix', 'mend what is safe to mend, after asking', false)
    .action((service, { fix }) =>
      act(async run => (await import('./commands/doctor.ts')).doctorCommand(run, { service, fix })),
    )
  program
    .command('open [page]')
    .description('print the addresses, or open grafana, prometheus or alertmanager')
    .action(page => act(async run => (await import('./commands/open.ts')).openCommand(run, page)))
  program
    .command('logs [service]')
    .description('what the stack’s containers say, or one service and its exporter')
    .option('-f, --follow', 'go on until Ctrl-C', false)
    .option('--tail <lines>', 'lines of each container', '100')
    .action((service, options) =>
      act(async run => (await import('./commands/logs.ts')).logsCommand(run, service, options)),
    )
  addAlertCommands(program.command('alerts').description('whether alerts reach people'), act)
}

function addAlertCommands(alerts: Command, act: Act): void {
  alerts
    .command('test')
    .description('send a marked test alert, and say whether its receivers took it')
    .option('--severity <severity>', 'critical, warning or info', 'critical')
    .option('--receiver <name>', 'only to this receiver, whatever its severities and hours')
    .option('--service <name>', 'as if this service had reported it')
    .action(({ severity, receiver, service }) =>
      act(async run =>
        (await import('./commands/alerts/test.ts')).testCommand(run, { severity, receiver, service }),
      ),
    )
  alerts
    .command('list')
    .description('what is firing, since when, and who hears of it')
    .action(() => act(async run => (await import('./commands/alerts/list.ts')).listAlertsCommand(run)))
  alerts
    .command('silence <alert|service> <duration> <why>')
    .description('keep an alert, or all of a service, quiet for a while')
    .action((what, duration, why) =>
      act(async run =>
        (await import('./commands/alerts/silence.ts')).silenceCommand(run, what, duration, why),
      ),
    )
  alerts
    .command('route <label=value...>')
    .description('which receivers would hear of an alert with these labels, and why')
    .action(labels =>
      act(async run => (await import('./commands/alerts/route.ts')).routeCommand(run, labels)),
    )
}
