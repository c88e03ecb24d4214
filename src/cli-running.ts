import type { Command } from 'commander'
import type { Act } from './cli.ts'

/** The commands that talk to a running stack. */
export function addRunningCommands(program: Command, act: Act): void {
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
