import type { Module } from '../../core/modules/module.ts'
import { imageWeight } from '../docker/image.ts'
import type { Facts } from '../facts.ts'
import { checkedPort } from './checked-port.ts'
import { fromFlag } from './command-port.ts'
import { choose, type Port, portOf, rather } from './port.ts'

/**
 * Where a database, broker or proxy answers: what its files, its command or its environment move it to, else what is usual.
 * @param configured the ports that its configuration names, where all of that is in the repo
 * @param called the port by which the others in the repo call it
 */
export function thingPort(
  facts: Facts,
  module: Module,
  configured: readonly number[],
  called: number | undefined,
): Port {
  const usual = usualPort(module, facts)
  const ports = facts.ports.map(one => one.value)
  const [listen] = rather(
    rather(configured, port => ports.includes(port)),
    port => port !== 443,
  )
  if (listen !== undefined && (usual === undefined || !configured.includes(usual) || !ports.includes(usual)))
    return { port: listen, isKnown: true }
  const said = fromFlag(facts, undefined)
  if (said !== undefined && (ports.includes(said) || ports.length === 0)) return { port: said, isKnown: true }
  if (usual === undefined || module.manifest.layer === 'proxy') {
    const checked = checkedPort(facts, ports)
    if (checked !== undefined) return { port: checked, isKnown: true }
    const exposed = facts.exposed.map(one => one.value)
    const port = choose(ports, usual, exposed) ?? choose(exposed, usual, [])
    return { port: port ?? usual ?? 80, isKnown: true }
  }
  const advertised = advertisedPorts(facts)
  if (advertised[0] !== undefined && !advertised.includes(usual))
    return { port: advertised[0], isKnown: true }
  if (called !== undefined && ports.includes(called) && !ports.includes(usual))
    return { port: called, isKnown: true }
  const moved = [...facts.environment].find(
    ([name, value]) => /port/i.test(name) && ports.includes(Number(value)) && !ports.includes(usual),
  )
  return { port: moved ? Number(moved[1]) : usual, isKnown: true }
}

/** That of the image, where the image has one of its own, else that of the kind. */
function usualPort({ manifest }: Module, facts: Facts): number | undefined {
  const [found] = Object.entries(manifest.evidence.imagePorts).filter(([glob]) =>
    facts.images.some(one => imageWeight(one.value, glob) > 0),
  )
  return found?.[1] ?? manifest.port
}

/** A broker sends its clients to the address that it advertises, so one that names another host leads away from it. */
function advertisedPorts(facts: Facts): number[] {
  const said = [...facts.environment].flatMap(([name, value]) =>
    /ADVERTISED_LISTENERS$/.test(name) ? [value] : [],
  )
  const flag = /--advertise-kafka-addr[= ]+(\S+)/.exec(facts.command?.value ?? '')?.[1]
  const addresses = [...said, ...(flag === undefined ? [] : [flag])].flatMap(value => [
    ...value.matchAll(/(?:^|,|:\/\/)([^:/,\s]+):(\d{2,5})/g),
  ])
  return addresses.flatMap(([, host, port]) => (facts.names.includes(host ?? '') ? (portOf(port) ?? []) : []))
}
