import { closest } from '../suggest.ts'
import { type Finding, names, plural, say } from './finding.ts'

export interface Binding {
  /** `9090/tcp` */
  readonly inside: string
  readonly address: string
  readonly port: number
}

export interface Container {
  readonly name: string
  readonly service: string
  readonly project: string
  readonly state: string
  readonly exitCode: number
  readonly health: 'healthy' | 'unhealthy' | 'starting' | undefined
  /** What its healthcheck said last. */
  readonly healthSaid: string
  readonly error: string
  /** The last line of its log, where it ended badly. */
  readonly lastWords: string
  readonly restarts: number
  readonly outOfMemory: boolean
  readonly networks: readonly string[]
  readonly bindings: readonly Binding[]
  /** Ports that its image says it listens on. */
  readonly exposed: readonly string[]
}

/** A container that the stack counts on. */
export interface Expected {
  readonly project: string
  readonly service: string
  readonly replicas: number
  /** The service of vigie.yaml it belongs to. */
  readonly about: string
  /** Whether it is the stack's own, which vigie starts, or the app's. */
  readonly own: boolean
}

/**
 * @param containers undefined when the engine did not tell
 * @param declared services of the Compose files that start all of it; undefined when Compose does not tell
 */
export function judgeContainers(
  expected: readonly Expected[],
  containers: readonly Container[] | undefined,
  declared: readonly string[] | undefined,
): Finding[] {
  const { ok, unseen } = say('containers')
  if (containers === undefined) return [unseen('No engine answers, so no container can be seen.')]
  const unknown = expected.filter(one => declared?.includes(one.service) === false)
  const known = expected.filter(one => !unknown.includes(one))
  const findings = [
    ...[...new Set(known.map(one => one.project))].flatMap(project =>
      judgeProject(
        known.filter(one => one.project === project),
        containers,
      ),
    ),
    ...unknown.map(one => judgeUnknown(one, declared ?? [])),
  ]
  const bad = findings.some(one => one.verdict === 'fail')
  return bad
    ? findings
    : [
        ok(
          `${plural(expected.length, 'service runs', 'services run')} and ${expected.length === 1 ? 'is' : 'are'} healthy.`,
        ),
        ...findings,
      ]
}

/** Where nothing at all was started, that is one fact. */
function judgeProject(expected: readonly Expected[], containers: readonly Container[]): Finding[] {
  const own = expected.some(one => one.own)
  if (expected.length === 1 || expected.some(one => of(one, containers).length > 0))
    return expected.flatMap(one => judgeOne(one, of(one, containers)))
  return [
    say('containers').fail(
      `Nothing of ${expected[0]?.project} was started: none of its ${expected.length} containers is there.`,
      { next: own ? 'vigie up' : 'docker compose up -d', ...(own ? { fix: 'up' } : {}) },
    ),
  ]
}

function judgeUnknown({ service, about, own }: Expected, declared: readonly string[]): Finding {
  const near = closest(service, declared)
  return say('containers').fail(`No Compose file has a service ${service}.`, {
    about,
    next: own
      ? 'Is the stack still included in your Compose file?  vigie generate --apply   puts it back'
      : `Is  address:  of ${about} right in vigie.yaml?${near ? ` There is a service ${near}.` : ''}`,
  })
}

export const of = (
  expected: Pick<Expected, 'project' | 'service'>,
  containers: readonly Container[],
): Container[] =>
  containers.filter(one => one.project === expected.project && one.service === expected.service)

function judgeOne(expected: Expected, found: readonly Container[]): Finding[] {
  const { fail, warn } = say('containers')
  const { service, about, own } = expected
  const start = own ? 'vigie up' : `docker compose up -d ${service}`
  const rest = { about, next: start, ...(own ? { fix: 'up' as const } : {}) }
  if (found.length === 0) return [fail(`${service} has no container.`, rest)]
  const running = found.filter(one => one.state === 'running')
  const findings = found.flatMap(one => judgeState(one, expected, start))
  if (running.length > 0 && running.length < expected.replicas)
    findings.push(
      warn(`${service} has ${running.length} of ${expected.replicas} containers.`, { about, next: start }),
    )
  return findings
}

function judgeState(one: Container, { about, own }: Expected, start: string): Finding[] {
  const { fail, warn } = say('containers')
  const logs = `vigie logs ${one.service}   shows what it said`
  if (one.state === 'running') return judgeRunning(one, about, logs)
  if (one.outOfMemory)
    return [
      fail(`${one.service} was killed because it needed more memory than its limit.`, {
        about,
        next: `Raise its memory limit, then  ${start}.`,
      }),
    ]
  if (one.state === 'restarting')
    return [
      fail(
        `${one.service} starts and dies again and again (${one.restarts} times, exit code ${one.exitCode})${ending(one)}`,
        { about, next: logs },
      ),
    ]
  if (one.state === 'paused')
    return [fail(`${one.service} is paused.`, { about, next: `docker unpause ${one.name}` })]
  if (one.state === 'created')
    return [
      fail(`${one.service} was created and never started${one.error ? `: ${one.error}` : ''}.`, {
        about,
        next: start,
        ...(own ? { fix: 'up' as const } : {}),
      }),
    ]
  const stopped = one.exitCode === 0 || one.exitCode === 137 || one.exitCode === 143
  const how = stopped ? 'is stopped' : `ended with exit code ${one.exitCode}`
  return [
    (stopped || own ? fail : warn)(`${one.service} ${how}${ending(one)}`, {
      about,
      next: stopped ? start : logs,
      ...(own ? { fix: 'up' as const } : {}),
    }),
  ]
}

function judgeRunning(one: Container, about: string, logs: string): Finding[] {
  const { fail, warn } = say('containers')
  const findings: Finding[] = []
  if (one.health === 'unhealthy')
    findings.push(
      fail(`${one.service} is unhealthy: ${one.healthSaid || 'its healthcheck says nothing'}`, {
        about,
        next: logs,
      }),
    )
  if (one.health === 'starting')
    findings.push(warn(`${one.service} is still starting.`, { about, next: 'Look again in a minute.' }))
  if (one.outOfMemory)
    findings.push(
      warn(`A process of ${one.service} was killed for lack of memory.`, {
        about,
        next: 'Raise its memory limit.',
      }),
    )
  if (one.restarts > 0)
    findings.push(
      warn(`${one.service} was restarted ${plural(one.restarts, 'time')}.`, { about, next: logs }),
    )
  return findings
}

function ending(one: Container): string {
  const said = one.error || one.lastWords
  return said === '' ? '.' : `: ${said}`
}

/** What is paused does not start: it is woken. */
export function woken(finding: Finding, containers: readonly Container[]): Finding {
  const paused = containers.find(one => one.service === finding.about && one.state === 'paused')
  if (finding.fix !== 'up' || paused === undefined) return finding
  return { ...finding, next: `docker unpause ${paused.name}`, fix: undefined }
}

/** Names of networks without the project in front, as they stand in a Compose file. */
export const shortNetworks = (container: Container): string =>
  names(container.networks.map(name => name.replace(`${container.project}_`, '')).sort())
