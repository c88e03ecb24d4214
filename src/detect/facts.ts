import type { Build, ComposeService } from './compose/service.ts'
import type { Seen } from './detection.ts'
import { type Dockerfile, parseDockerfile } from './docker/dockerfile.ts'
import { upon } from './docker/parents.ts'
import { commandOf } from './program/started.ts'
import type { RepoView } from './repo.ts'

/** Everything known of one service, whichever file says it. Evidence is held against this. */
export interface Facts {
  readonly name: string
  /** By which other containers reach it. */
  readonly names: readonly string[]
  readonly images: readonly Seen[]
  readonly packages: readonly Seen[]
  /** What it runs: entrypoint and command, of the Compose file where that says it, else of the Dockerfile. */
  readonly command: Seen | undefined
  readonly environment: ReadonlyMap<string, string>
  readonly healthcheck: Seen | undefined
  /** Ports inside the container that Compose publishes or exposes. */
  readonly ports: readonly Seen<number>[]
  /** Ports that the Dockerfile exposes. */
  readonly exposed: readonly Seen<number>[]
  /** Where in its container something is mounted. */
  readonly mounts: readonly Seen[]
  readonly dockerfile: Dockerfile | undefined
  /** Where the service stands. */
  readonly place: string
  /** Where its variables stand. */
  readonly source: string
}

/** What the Compose file and the Dockerfile say together. An image name beside `build` only names the result. */
export function factsOf(service: ComposeService, view: RepoView): Facts {
  const dockerfile = service.build && dockerfileOf(service, view)
  const own = service.image === undefined ? [] : [{ value: service.image, source: service.source('image') }]
  const base =
    dockerfile?.base === undefined ? [] : [{ value: dockerfile.base, source: dockerfile.baseSource }]
  const command = commandOf(service, dockerfile, view)
  const ports = [...service.ports.map(port => port.target), ...service.exposed]
  return {
    name: service.name,
    names: [service.name, ...service.aliases],
    images: dockerfile ? base : own,
    packages: (dockerfile?.packages ?? []).map(one => ({ value: one.name, source: one.source })),
    command,
    environment: new Map([
      ...(dockerfile?.environment ?? []),
      ...[...service.environment].map(([name, variable]) => [name, variable.value] as const),
    ]),
    healthcheck:
      service.healthcheck !== ''
        ? { value: service.healthcheck, source: service.source('healthcheck') }
        : dockerfile && dockerfile.healthcheck !== '' && service.command === ''
          ? { value: dockerfile.healthcheck, source: dockerfile.baseSource }
          : undefined,
    ports: [...new Set(ports)].map(value => ({
      value,
      source: service.source(service.ports.some(port => port.target === value) ? 'ports' : 'expose'),
    })),
    exposed: (dockerfile?.exposed ?? [])
      .filter(one => !service.datagrams.includes(one.port))
      .map(one => ({ value: one.port, source: one.source })),
    mounts: [...service.mounts.map(one => one.target), ...service.unseen].map(value => ({
      value,
      source: service.source('volumes'),
    })),
    dockerfile,
    place: service.source(),
    source: service.source('environment'),
  }
}

function dockerfileOf(service: ComposeService, view: RepoView): Dockerfile | undefined {
  const { build } = service
  const own =
    build?.inline === undefined
      ? build && parsed(build, view)
      : parseDockerfile(service.source('build').replace(/:\d+$/, ''), build.inline, build.args, build.target)
  const parent = build?.parent && parsed(build.parent, view)
  return build?.parent && own && parent ? upon(parent, own, build.parent, build) : own
}

function parsed(build: Build, view: RepoView): Dockerfile | undefined {
  const text = build.context === undefined ? undefined : view.read(build.dockerfile)
  return text === undefined ? undefined : parseDockerfile(build.dockerfile, text, build.args, build.target)
}
