import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import type { Container, Expected } from '../core/doctor/containers.ts'
import { lastWords } from '../core/doctor/last-words.ts'
import type { ExpectedPort, PortFacts } from '../core/doctor/ports.ts'
import { ownProject } from '../core/render/compose.ts'
import { openPorts, type Stack } from '../core/stack.ts'
import { fromJson, tryDocker } from './run.ts'

const Bindings = v.record(
  v.string(),
  v.nullable(v.array(v.object({ HostIp: v.string(), HostPort: v.string() }))),
)
const Inspected = v.object({
  Name: v.string(),
  RestartCount: v.optional(v.number(), 0),
  State: v.object({
    Status: v.string(),
    ExitCode: v.optional(v.number(), 0),
    OOMKilled: v.optional(v.boolean(), false),
    Error: v.optional(v.string(), ''),
    Health: v.optional(
      v.nullable(
        v.object({
          Status: v.string(),
          Log: v.optional(v.nullable(v.array(v.object({ Output: v.string() })))),
        }),
      ),
    ),
  }),
  Config: v.object({
    Labels: v.optional(v.nullable(v.record(v.string(), v.string()))),
    ExposedPorts: v.optional(v.nullable(v.record(v.string(), v.unknown()))),
  }),
  NetworkSettings: v.object({
    Ports: v.optional(v.nullable(Bindings)),
    Networks: v.optional(v.nullable(v.record(v.string(), v.unknown()))),
  }),
})

/** Containers of the app's and of the stack's project; undefined when the engine does not tell. */
export async function readContainers(root: string, stack: Stack): Promise<Container[] | undefined> {
  const projects = [...new Set([stack.config.project, ownProject(stack) ?? stack.config.project])]
  const listed = await Promise.all(
    projects.map(name =>
      tryDocker(['ps', '-aq', '--filter', `label=com.docker.compose.project=${name}`], root),
    ),
  )
  if (listed.some(one => !one.ok)) return undefined
  const ids = listed.flatMap(one => one.stdout.split('\n').filter(Boolean))
  if (ids.length === 0) return []
  const inspected = await tryDocker(['inspect', '--type', 'container', ...ids], root)
  const parsed = v.safeParse(v.array(Inspected), fromJson(inspected.stdout))
  if (!parsed.success) return undefined
  return Promise.all(
    parsed.output.map(async one => ({ ...container(one), lastWords: await wordsOf(one, root) })),
  )
}

/** Why it ended, in its own words. */
async function wordsOf({ Name, State }: v.InferOutput<typeof Inspected>, root: string): Promise<string> {
  const ended =
    State.Status === 'restarting' || (State.Status === 'exited' && ![0, 137, 143].includes(State.ExitCode))
  if (!ended) return ''
  const ran = await tryDocker(['logs', '--tail', '60', Name.replace(/^\//, '')], root)
  return lastWords(`${ran.stdout}\n${ran.stderr}`)
}

function container(one: v.InferOutput<typeof Inspected>): Omit<Container, 'lastWords'> {
  const { State: state, Config: config, NetworkSettings: network } = one
  const health = state.Health?.Status
  return {
    name: one.Name.replace(/^\//, ''),
    service: config.Labels?.['com.docker.compose.service'] ?? '',
    project: config.Labels?.['com.docker.compose.project'] ?? '',
    state: state.Status,
    exitCode: state.ExitCode,
    health: health === 'healthy' || health === 'unhealthy' || health === 'starting' ? health : undefined,
    healthSaid: (state.Health?.Log?.at(-1)?.Output ?? '').trim().slice(0, 200),
    error: state.Error.slice(0, 200),
    restarts: one.RestartCount,
    outOfMemory: state.OOMKilled,
    networks: Object.keys(network.Networks ?? {}),
    bindings: Object.entries(network.Ports ?? {}).flatMap(([inside, hosts]) =>
      (hosts ?? []).map(host => ({ inside, address: host.HostIp, port: Number(host.HostPort) })),
    ),
    exposed: Object.keys(config.ExposedPorts ?? {}),
  }
}

/** What vigie.yaml says there should be, each container once. */
export function expectedContainers(stack: Stack): Expected[] {
  const { project } = stack.config
  const own = ownProject(stack) ?? project
  const all = stack.targets.flatMap((target): Expected[] => [
    ...(target.container === undefined
      ? []
      : [
          {
            project: target.isStackPart ? own : project,
            service: target.container,
            replicas: target.replicas,
            about: sharers(stack, target.container) > 1 ? target.container : target.name,
            own: target.isStackPart,
          },
        ]),
    ...(target.exporter
      ? [{ project: own, service: target.exporter.name, replicas: 1, about: target.name, own: true }]
      : []),
  ])
  return all.filter(
    (one, index) =>
      all.findIndex(other => other.service === one.service && other.project === one.project) === index,
  )
}

/** A container that several services stand on is nobody's alone. */
const sharers = (stack: Stack, container: string): number =>
  stack.targets.filter(one => one.container === container).length

/** Services of the Compose files, whatever their profile; undefined when Compose does not tell. */
export async function declaredServices(
  root: string,
  files: readonly string[],
): Promise<string[] | undefined> {
  const ran = await tryDocker(['compose', ...files, '--profile', '*', 'config', '--services'], root)
  return ran.ok ? ran.stdout.split('\n').filter(Boolean) : undefined
}

const INSIDE = {
  grafana: '3000/tcp',
  prometheus: '9090/tcp',
  alertmanager: '9093/tcp',
  cadvisor: '8080/tcp',
} as const

export function portFacts(stack: Stack, containers: readonly Container[] | undefined): PortFacts {
  const expected: ExpectedPort[] = Object.entries(INSIDE).flatMap(([service, inside]) => {
    const port = openPorts(stack).find(([part]) => part === service)?.[1]
    return port === undefined ? [] : [{ service, inside, port }]
  })
  const own = expectedContainers(stack).filter(one => one.own)
  const { mode, listen } = stack.config.stack.nodeExporter
  return {
    expected,
    containers: containers?.filter(one =>
      own.some(mine => mine.project === one.project && mine.service === one.service),
    ),
    nodeExporter:
      mode === 'host' ? { listen, listeners: listenersOn(Number(listen.split(':')[1])) } : undefined,
  }
}

const LISTEN = '0A'

/** Addresses that something on this machine listens on; empty where the system does not tell. */
function listenersOn(port: number): string[] {
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap(file => {
    try {
      return readFileSync(file, 'utf8')
        .split('\n')
        .map(line => line.trim().split(/\s+/))
        .filter(
          ([, local = '', , state]) =>
            state === LISTEN && Number.parseInt(local.split(':')[1] ?? '', 16) === port,
        )
        .map(([, local = '']) => `${addressOf(local.split(':')[0] ?? '')}:${port}`)
    } catch {
      return []
    }
  })
}

/** The kernel writes IPv4 addresses backwards, in hexadecimal. */
function addressOf(hex: string): string {
  if (/^0+$/.test(hex)) return hex.length === 8 ? '0.0.0.0' : '[::]'
  if (hex.length !== 8) return '[ipv6]'
  return [6, 4, 2, 0].map(at => Number.parseInt(hex.slice(at, at + 2), 16)).join('.')
}
