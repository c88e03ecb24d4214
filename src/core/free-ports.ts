import { DEFAULT_PORTS } from './resolve/settings.ts'

const NODE_EXPORTER_PORT = 9100

/** Ports of the stack that differ from the usual ones, because the app publishes those itself. */
export function freePorts(published: readonly number[]): Record<string, number> {
  const taken = new Set(published)
  const moved: Record<string, number> = {}
  const usual = new Set<number>(Object.values(DEFAULT_PORTS))
  for (const [part, port] of Object.entries(DEFAULT_PORTS)) {
    if (!taken.has(port)) continue
    const free = firstFree(port, next => taken.has(next) || usual.has(next))
    moved[part] = free
    taken.add(free)
  }
  return moved
}

/** Where node_exporter listens on the host, which no published port may hold. */
export const freeNodePort = (published: readonly number[]): number =>
  published.includes(NODE_EXPORTER_PORT)
    ? firstFree(NODE_EXPORTER_PORT, next => published.includes(next))
    : NODE_EXPORTER_PORT

function firstFree(port: number, isTaken: (port: number) => boolean): number {
  let next = port + 1
  while (isTaken(next)) next++
  return next
}
