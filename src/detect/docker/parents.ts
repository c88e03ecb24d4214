import { posix } from 'node:path'
import type { Build, ComposeService } from '../compose/service.ts'
import type { RepoView } from '../repo.ts'
import { buildCommands, commandFor } from './build-commands.ts'
import { type Dockerfile, parseDockerfile } from './dockerfile.ts'
import { isLocal } from './library.ts'

/** An image that is built upon another one of this repo is given the build of that: `FROM shop-base`. */
export function withParents(services: readonly ComposeService[], view: RepoView): ComposeService[] {
  const built = new Map(services.flatMap(one => (one.build && one.image ? [[one.image, one.build]] : [])))
  const bases = new Map(services.flatMap(one => (one.build ? [[one.build, baseOf(one.build, view)]] : [])))
  const isAsked = [...bases.values()].some(base => base !== undefined && isLocal(base) && !built.has(base))
  const commands = isAsked ? buildCommands(view) : []
  const told = (base: string): Build | undefined => {
    const found = isLocal(base) ? commandFor(base, commands) : undefined
    return found && { ...found, inline: undefined, args: new Map(), isGuess: false }
  }
  return services.map(service => {
    const base = service.build && bases.get(service.build)
    const parent = base === undefined ? undefined : (built.get(base) ?? told(base))
    return service.build && parent && parent !== service.build
      ? { ...service, build: { ...service.build, parent } }
      : service
  })
}

const baseOf = ({ dockerfile, args, target }: Build, view: RepoView): string | undefined =>
  parseDockerfile(dockerfile, view.read(dockerfile) ?? '', args, target)?.base

/** What an image has of the one that it is built upon, and what it adds or says anew. */
export function upon(parent: Dockerfile, own: Dockerfile, from: Build, to: Build): Dockerfile {
  const placed = (paths: readonly string[]): string[] =>
    paths.map(path => posix.relative(to.context ?? '.', posix.join(from.context ?? '.', path)) || '.')
  const [commanded, checked] = [own.command === '' ? parent : own, own.healthcheck === '' ? parent : own]
  return {
    base: parent.base,
    baseSource: parent.baseSource,
    exposed: [...own.exposed, ...parent.exposed],
    environment: new Map([...parent.environment, ...own.environment]),
    command: commanded.command,
    commandSource: commanded.commandSource,
    healthcheck: checked.healthcheck,
    workdirs: [...parent.workdirs, ...own.workdirs],
    packages: [...own.packages, ...parent.packages],
    copies: [...own.copies, ...placed(parent.copies)],
    given: [...own.given, ...placed(parent.given)],
    copiedFrom: [...own.copiedFrom, ...parent.copiedFrom],
    clones: [...own.clones, ...parent.clones],
    programs: [...own.programs, ...parent.programs],
    targets: [...own.targets, ...parent.targets],
    made: [...own.made, ...parent.made],
  }
}
