import type { ComposeService } from '../compose/service.ts'
import type { RepoView } from '../repo.ts'
import { portOf } from './port.ts'

/** How the services of a project call each other: `http://api:3000` in an environment, `proxy_pass http://api:3000` in a file. */
export class Calls {
  #ports: ReadonlyMap<string, ReadonlyMap<number, number>> | undefined

  constructor(
    readonly services: readonly ComposeService[],
    readonly view: RepoView,
  ) {}

  portOf(service: ComposeService): number | undefined {
    this.#ports ??= this.#counted()
    const counts = new Map<number, number>()
    for (const name of new Set([service.name, ...service.aliases]))
      for (const [port, count] of this.#ports.get(name) ?? [])
        counts.set(port, (counts.get(port) ?? 0) + count)
    return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0]
  }

  /** How often each host is called at each port. */
  #counted(): ReadonlyMap<string, ReadonlyMap<number, number>> {
    const found = new Map<string, Map<number, number>>()
    for (const [, host = '', text] of this.#all().matchAll(/(?<![\w.-])([\w.-]+):(\d{2,5})(?!\w)/g)) {
      const port = portOf(text)
      const ports = found.get(host) ?? new Map<number, number>()
      if (port !== undefined) found.set(host, ports.set(port, (ports.get(port) ?? 0) + 1))
    }
    return found
  }

  #all(): string {
    return [
      ...this.services.flatMap(one => [...one.environment.values()].map(variable => variable.value)),
      ...this.services.flatMap(one => [one.command, ...one.labels.values()]),
      ...this.view
        .files()
        .filter(path =>
          /\.conf(\.template)?$|(^|\/)(Caddyfile|haproxy\.cfg|(traefik[\w.-]*|traefik\/([\w-]+\/)*[\w.-]+)\.(ya?ml|toml)|envoy\.ya?ml)$/.test(
            path,
          ),
        )
        .slice(0, 100)
        .map(path => this.view.read(path) ?? ''),
    ].join('\n')
  }
}
