/** A port, and whether something in the repo says it or it is only what is usual. */
export interface Port {
  readonly port: number
  readonly isKnown: boolean
}

/** Ports of debuggers, profilers and live reload: never where an app answers. */
export const TOOL_PORTS = new Set([9229, 9230, 5678, 5005, 2345, 40000, 24678, 35729, 9003, 6060, 4711, 5173])
/** Ports of files, mail, names, chat, streams, games, shells and desktops, where nothing answers HTTP. */
const OTHER_PROTOCOLS = new Set([
  20, 21, 22, 23, 25, 53, 69, 110, 123, 143, 161, 162, 389, 445, 465, 514, 554, 587, 636, 873, 993, 995, 1194,
  1723, 1935, 2049, 3389, 3478, 5060, 5061, 5222, 5269, 5347, 5349, 5900, 6667, 6697, 8554, 25565, 27015,
  51820,
])
/** Where gRPC is usually spoken: a service that has another port too answers there. */
export const GRPC = new Set(Array.from({ length: 50 }, (_, index) => 50050 + index))
/** Whether HTTP may be spoken on a port. */
export const mayAnswer = (port: number): boolean => !OTHER_PROTOCOLS.has(port) && !TOOL_PORTS.has(port)

/** Ports of databases, brokers, registries and mail: on these an app calls others. */
const CALLED = new Set([
  25, 465, 587, 1025, 1433, 2181, 2379, 3306, 4222, 5432, 5672, 6379, 8848, 9092, 9200, 11211, 27017,
])
export const isCalled = (port: number): boolean => CALLED.has(port)

/** A port as a number; undefined for what is none. */
export function portOf(text: string | undefined): number | undefined {
  const port = /^\d+$/.test(text ?? '') ? Number(text) : 0
  return port > 0 && port < 65536 ? port : undefined
}

/** The one of several on which HTTP is likeliest: the usual one, or what the Dockerfile exposes too, without TLS. */
export function choose(
  ports: readonly number[],
  usual: number | undefined,
  exposed: readonly number[],
): number | undefined {
  if (usual !== undefined && ports.includes(usual)) return usual
  const answering = rather(ports, port => !GRPC.has(port))
  return (
    answering.find(port => exposed.includes(port)) ??
    answering.find(port => port !== 443 && port !== 8443) ??
    answering[0]
  )
}

/** Those for which it holds, or all where it holds for none. */
export const rather = (ports: readonly number[], holds: (port: number) => boolean): readonly number[] =>
  ports.some(holds) ? ports.filter(holds) : ports
