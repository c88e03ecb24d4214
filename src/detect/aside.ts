import { STACK_PARTS } from '../core/modules/registry.ts'
import type { ComposeProject } from './compose/load.ts'
import { type ComposeService, sharedWith } from './compose/service.ts'
import type { Facts } from './facts.ts'
import { languageStarted } from './program/started.ts'
import type { Aside, Verdict } from './verdict.ts'

/** Profiles that are the whole app, or what it is in production, where nothing runs without a profile. Any other is started now and then. */
const LASTING =
  /^(prod(uction)?|live|stag(e|ing)|deploy\w*|cloud|self-?host\w*|standalone|app|apps|application|full\w*|default|main|core|stack|server|web|api|backend|frontend|services?|infra\w*|runtime|extras?|ai)$/i

/** A container to work in. */
const IDLE =
  /^((\/bin\/)?(ba)?sh -c )?["']?(tail -[fF] \/dev\/null|sleep (infinity|inf|\d{5,})|while (true|:|\[[^\]]*\]) *; *do sleep \w+ *; *done)["']?$/

/** What prepares a container that waits in the end. */
const PREPARES =
  /^((\/bin\/)?(ba)?sh -c )?["']?((npm|pnpm|yarn|bun|pip3?|composer|bundle|poetry|uv|go|apt-get|apk) [^&|]*|(echo|mkdir|chown|chmod|cp|cd|set|test|touch|git) [^&|]*)$/
const WAITS = /^(exec )?(tail -[fF] \/dev\/null|sleep (infinity|inf|\d{5,}))["']?$/

const onlyWaits = (command: string): boolean => {
  const parts = command.split(/&&|;/).map(part => part.trim())
  return WAITS.test(parts.at(-1) ?? '') && parts.slice(0, -1).every(part => PREPARES.test(part))
}

/** A container that only holds volumes for others, or builds an image that they start from. */
const ENDS = /^(exec )?((\/(usr\/)?bin\/)?true|exit( 0)?|echo .*|printf .*|sleep \d{1,3})["']?$/
const SHELL = /^(\S*\/)?(ba|a)?sh -c ["']?/

/** Maven or Gradle, told to build and nothing else: `mvn package spring-boot:run` runs what it builds. */
const BUILDS =
  /^(\S*\/)?(mvnw?|gradlew?)(\s+(-\S+|clean|compile|package|install|verify|build|assemble|jar|bootJar|test))+$/

const endsAtOnce = (command: string): boolean =>
  command !== '' && partsOf(command).every(part => ENDS.test(part))

/** A script of its own that prepares something, starts no program that might stay, and says so in the end. */
function endsSaying(command: string): boolean {
  const parts = partsOf(command).filter(part => !/^["']?$/.test(part))
  const isQuiet = parts.every(part => languageStarted(part) === undefined)
  return SHELL.test(command) && isQuiet && /^echo\b/.test(parts.at(-1) ?? '')
}

const partsOf = (command: string): string[] =>
  command
    .replace(SHELL, '')
    .split(/&&|;|\n/)
    .map(part => part.trim())

/** What the Compose file itself and the command say of a service: that it does not run, or not for long. */
export function notRunning(
  service: ComposeService,
  facts: Facts,
  services: readonly ComposeService[],
  awaited: ReadonlySet<string>,
  project: ComposeProject,
): Aside | undefined {
  const aside = asideFor(service)
  if (awaited.has(service.name)) return aside('others wait for it to complete: it runs once and ends')
  if (service.replicas === 0) return aside('it has no replicas', 'deploy')
  const unreachable = withoutName(service, services)
  if (unreachable !== undefined) return aside(unreachable, 'network_mode')
  const command = service.command === '' ? (facts.dockerfile?.command ?? '') : service.command
  if (IDLE.test(command) || onlyWaits(command))
    return aside('it only waits: what runs in it is started by hand', 'command')
  if (endsAtOnce(command)) return aside('it ends at once', 'command')
  if (endsSaying(command) || BUILDS.test(command)) return aside('it runs once and ends', 'command')
  const enabled = project.variables.get('COMPOSE_PROFILES')?.split(',') ?? []
  const { profiles } = service
  const isNothingElse = services.every(one => one.profiles.length > 0 || awaited.has(one.name))
  const isLasting = (name: string): boolean => isNothingElse && LASTING.test(name) && name !== service.name
  const isStarted = profiles.some(one => enabled.includes(one) || isLasting(one))
  if (profiles.length > 0 && !isStarted)
    return aside(
      `it only runs with the profile ${profiles.join(' or ')}; COMPOSE_PROFILES in .env says where it always does`,
      'profiles',
    )
  return undefined
}

/** Why no other container can reach a service by its name, or by that of a service whose network it shares. */
function withoutName(service: ComposeService, services: readonly ComposeService[]): string | undefined {
  const { networkMode } = service
  if (networkMode === 'none') return 'it is on no network'
  if (networkMode === 'bridge') return "it is on Docker's own bridge, where containers have no names"
  const shared = sharedWith(service, services)
  if (networkMode?.startsWith('container:') && !shared)
    return `it shares the network of a container that is not in this Compose file (${networkMode})`
  return shared && shared.networkMode === 'bridge' ? withoutName(shared, services) : undefined
}

/** A service that cannot stand in vigie.yaml under its name is left alone. */
export function unnameable(service: ComposeService, verdict: Verdict): Verdict {
  if ('reason' in verdict) return verdict
  const parts: readonly string[] = STACK_PARTS
  if (parts.includes(service.name)) return asideFor(service)('it has the name of a part of the stack')
  if (!/^[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?$/.test(service.name))
    return asideFor(service)('its name is no host name: it has to start and end with a letter or a digit')
  return verdict
}

const asideFor =
  (service: ComposeService) =>
  (reason: string, key?: string): Aside => ({ reason, source: service.source(key), part: undefined })
