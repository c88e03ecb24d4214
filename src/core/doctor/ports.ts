import type { Container } from './containers.ts'
import { type Finding, names, say } from './finding.ts'

/** A port of the stack that people use on this machine. */
export interface ExpectedPort {
  readonly service: string
  readonly inside: string
  readonly port: number
}

/** An address that something listens on, `0.0.0.0:9100`; undefined where the system does not tell. */
export interface PortFacts {
  readonly expected: readonly ExpectedPort[]
  /** Containers of the stack itself. */
  readonly containers: readonly Container[] | undefined
  /** Where node_exporter should listen on the host, and all that listens on that port. */
  readonly nodeExporter: { readonly listen: string; readonly listeners: readonly string[] } | undefined
}

const LOOPBACK = /^(127\.|::1$)/

/** Is everything bound where it should be, and open to this machine only? */
export function judgePorts(facts: PortFacts): Finding[] {
  const { ok, unseen } = say('ports')
  if (facts.containers === undefined) return [unseen('No engine answers, so no port can be seen.')]
  const running = facts.containers.filter(one => one.state === 'running')
  const findings = [
    ...facts.expected.flatMap(port => judgePort(port, running)),
    ...running.flatMap(one => judgeStrangers(one, facts.expected)),
    ...judgeNodeExporter(facts.nodeExporter),
  ]
  if (findings.length > 0) return findings
  const bound = facts.expected.filter(port => running.some(one => one.service === port.service))
  return [
    ok(
      bound.length === 0
        ? 'Nothing of the stack is bound, for nothing runs.'
        : `Bound to loopback only: ${names(bound.map(one => `${one.service} ${one.port}`))}.`,
    ),
  ]
}

function judgePort(expected: ExpectedPort, running: readonly Container[]): Finding[] {
  const { fail } = say('ports')
  const container = running.find(one => one.service === expected.service)
  if (!container) return []
  const bindings = container.bindings.filter(one => one.inside === expected.inside)
  const about = expected.service
  const open = bindings.filter(one => !LOOPBACK.test(one.address))
  if (open.length > 0)
    return open.map(one =>
      fail(
        `${about} is open to the network: ${one.address}:${one.port}. Whoever reaches this machine can use it.`,
        {
          about,
          next: `Bind it to 127.0.0.1 in compose.override.yaml, or take it out there, then  vigie up.`,
        },
      ),
    )
  if (bindings.some(one => one.port === expected.port)) return []
  const actual = bindings.map(one => one.port)
  return [
    fail(
      actual.length === 0
        ? `${about} publishes no port, so nobody reaches it at ${expected.port}.`
        : `${about} is at port ${names(actual.map(String))}, not at ${expected.port}.`,
      { about, next: 'vigie up', fix: 'up' },
    ),
  ]
}

/** Exporters need no port on the host, and an open one shows what the database does to everybody. */
function judgeStrangers(container: Container, expected: readonly ExpectedPort[]): Finding[] {
  const known = expected.filter(one => one.service === container.service).map(one => one.inside)
  const { fail, warn } = say('ports')
  return container.bindings
    .filter(one => !known.includes(one.inside))
    .map(one =>
      (LOOPBACK.test(one.address) ? warn : fail)(
        `${container.service} publishes ${one.address}:${one.port}, which the stack does not need.`,
        { about: container.service, next: 'Take the port out of compose.override.yaml, then  vigie up.' },
      ),
    )
}

function judgeNodeExporter(facts: PortFacts['nodeExporter']): Finding[] {
  if (!facts) return []
  const open = facts.listeners.find(address => /^(0\.0\.0\.0|\[?::\]?):/.test(address))
  if (open === undefined) return []
  return [
    say('ports').fail(
      `Something listens on ${open}, which the whole network reaches; node_exporter should be at ${facts.listen} only.`,
      {
        about: 'node-exporter',
        next: 'Stop the other node_exporter of this host, or bind it to one address; sudo ss -ltnp   names it.',
      },
    ),
  ]
}
