import { seconds } from '../config/duration.ts'
import type { ParsedConfig } from '../config/parse.ts'
import { UserError } from '../errors.ts'
import type { Stack } from '../stack.ts'

/** Where the parts of the stack are published, on loopback. */
export const DEFAULT_PORTS = { grafana: 3000, prometheus: 9090, alertmanager: 9093, cadvisor: 8081 } as const

const DEFAULT_RETENTION = '15d'

/** Where the parts are published. @throws UserError when two of them have the same port */
export function publishedPorts(parsed: ParsedConfig): Stack['ports'] {
  const { stack } = parsed.config
  const ports = {
    grafana: stack.grafana.port ?? DEFAULT_PORTS.grafana,
    prometheus: stack.prometheus.port ?? DEFAULT_PORTS.prometheus,
    alertmanager: stack.alertmanager.port ?? DEFAULT_PORTS.alertmanager,
    cadvisor: stack.cadvisor.port ?? DEFAULT_PORTS.cadvisor,
  }
  const owners = new Map<number, string>()
  for (const [part, port] of Object.entries(ports)) {
    const owner = owners.get(port)
    if (owner)
      throw new UserError(`Port ${port} is given to both ${owner} and ${part}.`, {
        at: parsed.place(['stack', part, 'port']),
        hint: `give one of them another:  stack: { ${part}: { port: ${port + 1} } }`,
      })
    owners.set(port, part)
  }
  return ports
}

/** @throws UserError when vigie.yaml keeps samples for a shorter time than an objective looks back */
export function retentionOf(parsed: ParsedConfig): string {
  const { services, stack } = parsed.config
  const given = stack.prometheus.retention
  const [longest] = Object.entries(services)
    .flatMap(([name, { slo }]) => (slo ? [{ name, window: slo.window }] : []))
    .sort((a, b) => seconds(b.window) - seconds(a.window))
  if (given === undefined)
    return longest && seconds(longest.window) >= seconds(DEFAULT_RETENTION)
      ? `${Number.parseInt(longest.window, 10) + 1}d`
      : DEFAULT_RETENTION
  if (longest && seconds(given) < seconds(longest.window))
    throw new UserError(
      `The objectives of "${longest.name}" look back ${longest.window}, but Prometheus keeps only ${given}.`,
      {
        at: parsed.place(['stack', 'prometheus', 'retention']),
        hint: 'Remove the line, raise it, or give the slo a shorter  window:',
      },
    )
  return given
}
