import type { Receiver } from '../alerts/receivers.ts'
import type { ParsedConfig } from '../config/parse.ts'
import { UserError } from '../errors.ts'
import type { Target } from '../stack.ts'
import { closest } from '../suggest.ts'

/** Names become Compose services, scrape jobs and files: each may stand once. */
export function refuseTakenNames(
  partIds: readonly string[],
  services: readonly Target[],
  parsed: ParsedConfig,
): void {
  const taken = new Map<string, string>(partIds.map(id => [id, 'a part of the stack']))
  for (const target of services) {
    for (const name of [target.name, ...(target.exporter ? [target.exporter.name] : [])]) {
      const owner = taken.get(name.toLowerCase())
      if (owner)
        throw new UserError(`The name "${name}" is taken by ${owner}.`, {
          at: parsed.place(['services', target.name]),
          hint: 'Choose another name for the service; its address stays as it is.',
        })
      taken.set(name.toLowerCase(), `service "${target.name}"`)
    }
  }
}

/** An owner without a receiver would be a team that nobody tells. */
export function refuseStrangeOwners(
  services: readonly Target[],
  receivers: readonly Receiver[],
  parsed: ParsedConfig,
): void {
  const teams = [...new Set(receivers.flatMap(one => (one.team === undefined ? [] : [one.team])))]
  for (const { name, owner } of services) {
    if (owner === undefined || teams.includes(owner)) continue
    const near = closest(owner, teams)
    throw new UserError(
      `No receiver belongs to the team "${owner}"${near ? ` — did you mean "${near}"?` : '.'}`,
      {
        at: parsed.place(['services', name, 'owner']),
        hint: `Give a receiver the team, for example  - slack: { team: ${owner}, channel: "#${owner}" }.`,
      },
    )
  }
}
