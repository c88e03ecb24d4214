import { posix } from 'node:path'
import { above } from '../above.ts'
import { interpolate, parseEnv, unsetIn, type Variables, variableOf } from '../env.ts'
import { type Fields, fields, items, listed, scalar } from '../record.ts'
import type { RepoView } from '../repo.ts'
import type { ComposeProject } from './load.ts'
import { type RawService, record } from './merge.ts'
import { insidePath, mountOf, type PublishedPort, portsOf, range, targetOf } from './short-forms.ts'
import { spelt } from './spelt.ts'

export interface Build {
  /** Relative to the repo root; undefined where it is outside or elsewhere. */
  readonly context: string | undefined
  readonly dockerfile: string
  readonly inline: string | undefined
  readonly target: string | undefined
  readonly args: Variables
  /** Compose pulls the image, and what builds it was found by its name. */
  readonly isGuess: boolean
  /** What builds the image that this one starts from, where that is made of this repo too. */
  readonly parent?: Build
}

export interface Variable {
  readonly value: string
  /** Before interpolation: a password is referenced by it. */
  readonly raw: string
  /** From an env_file, which several services may share. */
  readonly isShared?: boolean
}

/** A service as detection needs it: interpolated, in its long form, its paths relative to the repo root. */
export interface ComposeService {
  readonly name: string
  readonly image: string | undefined
  /** Variables of its image that nothing sets. */
  readonly unset: readonly string[]
  readonly build: Build | undefined
  readonly ports: readonly PublishedPort[]
  /** Ports inside the container that are published for UDP, where nothing serves metrics. */
  readonly datagrams: readonly number[]
  readonly exposed: readonly number[]
  readonly environment: ReadonlyMap<string, Variable>
  readonly networks: readonly string[]
  /** `host`, `service:vpn`, … */
  readonly networkMode: string | undefined
  readonly secrets: readonly string[]
  /** Entrypoint and command. */
  readonly command: string
  readonly rawCommand: string
  readonly healthcheck: string
  readonly workingDir: string | undefined
  readonly labels: ReadonlyMap<string, string>
  readonly profiles: readonly string[]
  readonly replicas: number
  /** Bind mounts from inside the repo. */
  readonly mounts: readonly { readonly source: string; readonly target: string }[]
  /** Where it has volumes, configs and files whose content is not in the repo. */
  readonly unseen: readonly string[]
  /** Services whose end it waits for. */
  readonly awaits: readonly string[]
  /** The names by which other containers may know it. */
  readonly aliases: readonly string[]
  /** `compose.yaml:12`, of the service or of one of its keys. */
  source(key?: string): string
}

/** Compose's rule for the names of networks. */
const NETWORK = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/

/** The long form of every service of a project; one that uses another's network has its ports published there. */
export function composeServices(view: RepoView, project: ComposeProject): ComposeService[] {
  const services = [...project.services].map(([name, raw]) => serviceOf(name, raw, project, view))
  return services.map(service => {
    const other = sharedWith(service, services)
    return other === undefined ? service : { ...service, ports: [...service.ports, ...other.ports] }
  })
}

function serviceOf(name: string, raw: RawService, project: ComposeProject, view: RepoView): ComposeService {
  const variables = raw.own.size === 0 ? project.variables : new Map([...raw.own, ...project.variables])
  const given = fields(filled(raw.data, variables))
  const deploy = fields(given.deploy)
  const networks = Object.entries(record('networks', given.networks)).filter(([network]) =>
    NETWORK.test(network),
  )
  const environment = environmentOf(given, raw, { ...project, variables }, view)
  // A port that only the service's own env_file says is not Compose's to fill in, but whoever starts it does.
  const said = new Map([...[...environment].map(([key, one]) => [key, one.value] as const), ...variables])
  const ports = items(filled(raw.data.ports, said))
  const command = (data: Fields): string => [words(data.entrypoint), words(data.command)].join(' ').trim()
  return {
    name,
    image: scalar(given.image) || undefined,
    unset: unsetIn(scalar(raw.data.image) ?? '', variables),
    build: buildOf(given.build, view),
    ports: ports.flatMap(port => portsOf(port, 'tcp')),
    datagrams: ports.flatMap(port => portsOf(port, 'udp').map(one => one.target)),
    exposed: items(given.expose).flatMap(port => range(scalar(port) ?? '')),
    environment,
    networks: networks.map(([network]) => network),
    networkMode: scalar(given.network_mode),
    secrets: items(given.secrets).flatMap(item => scalar(item) ?? scalar(fields(item).source) ?? []),
    command: command(given),
    rawCommand: command(raw.data),
    healthcheck: words(fields(given.healthcheck).test),
    workingDir: scalar(given.working_dir),
    labels: texts('labels', given.labels),
    profiles: listed(given.profiles ?? []).filter(one => one !== ''),
    replicas: Number(scalar(given.scale) ?? scalar(deploy.replicas) ?? 1),
    mounts: items(given.volumes).flatMap(item => mountOf(item) ?? []),
    unseen: [
      ...items(given.volumes).flatMap(item => (mountOf(item) ? [] : targetOf(item))),
      ...items(given.configs).map(item => scalar(fields(item).target) ?? '/'),
    ],
    awaits: Object.entries(fields(given.depends_on))
      .filter(([, how]) => fields(how).condition === 'service_completed_successfully')
      .map(([awaited]) => awaited),
    aliases: [
      scalar(given.container_name) ?? name,
      ...networks.flatMap(([, one]) => listed(fields(one).aliases ?? [])),
    ],
    source: key => (key === undefined ? undefined : raw.sources.get(key)) ?? raw.source,
  }
}

/** The service whose network this one uses: `service:vpn`, or `container:vpn` by the name of its container. */
export function sharedWith(
  { networkMode = '' }: ComposeService,
  services: readonly ComposeService[],
): ComposeService | undefined {
  const [, how, name = ''] = /^(service|container):(.+)$/.exec(networkMode) ?? []
  return services.find(one =>
    how === 'service' ? one.name === name : how !== undefined && one.aliases[0] === name,
  )
}

/** Fills variables in, at any depth of what YAML made finite. */
function filled(value: unknown, variables: Variables, depth = 0): unknown {
  if (typeof value === 'string') return interpolate(value, variables)
  if (typeof value !== 'object' || value === null || depth > 20) return value
  if (Array.isArray(value)) return value.map(item => filled(item, variables, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, filled(item, variables, depth + 1)]),
  )
}

const words = (value: unknown): string => listed(value ?? []).join(' ')

function buildOf(value: unknown, view: RepoView): Build | undefined {
  const build = fields(value)
  const given = scalar(build.context) ?? '.'
  if (Object.keys(build).length === 0) return undefined
  const isRemote = /^(https?|git|ssh|docker-image):|^git@|\.git(#|$)/.test(given)
  const named = scalar(build.dockerfile)
  const context = isRemote ? undefined : contextOf(scalar(build.folder) ?? '.', given, named, view)
  const outer = context === undefined && given.startsWith('..') ? fromOutside(named, view) : undefined
  return {
    context: outer === undefined ? context : posix.dirname(outer),
    dockerfile: outer ?? dockerfileIn(context ?? '.', named, view),
    inline: scalar(build.dockerfile_inline),
    target: scalar(build.target),
    args: texts('environment', build.args),
    isGuess: false,
  }
}

/**
 * Below the Compose file's folder; or below one above it, for those who start it with `--project-directory .` from there; or that folder
 * itself, where the file was moved and the Dockerfile with it.
 */
function contextOf(
  folder: string,
  given: string,
  named: string | undefined,
  view: RepoView,
): string | undefined {
  const contexts = given.startsWith('/')
    ? ends(given).map(one => (view.isFolder(one) ? one : undefined))
    : above(folder).map(one => speltFolder(insidePath(one, given), view))
  const has = (context: string | undefined): boolean =>
    context !== undefined && view.exists(dockerfileIn(context, named, view))
  const isBeside = named !== undefined && !INSTALLED.test(given) && view.exists(posix.join(folder, named))
  return contexts.find(has) ?? (isBeside ? folder : given.startsWith('/') ? undefined : contexts[0])
}

const speltFolder = (path: string | undefined, view: RepoView): string | undefined =>
  path === undefined ? undefined : spelt(path, view)

/** What a package manager brings: Sail's Dockerfile is in the package. */
const INSTALLED = /(^|\/)(vendor|node_modules)\//

/** The Dockerfile that a build in a folder around the repo names: `shop/api/Dockerfile` of the folder in which `shop` was cloned. */
const fromOutside = (named: string | undefined, view: RepoView): string | undefined =>
  ends(named ?? '')
    .slice(1)
    .find(path => view.exists(path) && !view.isFolder(path))

/** What a path on the machine of its author, or one that starts with a variable, may be in the repo. */
const ends = (path: string): string[] => {
  const parts = path.split('/').filter(part => part !== '')
  return parts.slice(0, DEEPEST).map((_, index) => posix.join(...parts.slice(index)))
}
const DEEPEST = 20

/** The one that is named; else `Dockerfile`, for which BuildKit also takes `dockerfile`. */
const dockerfileIn = (context: string, named: string | undefined, view: RepoView): string =>
  spelt(posix.join(context, named ?? 'Dockerfile'), view)

const texts = (key: string, value: unknown): Map<string, string> =>
  new Map(Object.entries(record(key, value)).map(([name, item]) => [name, scalar(item) ?? '']))

/** What the container sees: its env_files, and over them its environment. */
function environmentOf(
  given: Fields,
  raw: RawService,
  project: ComposeProject,
  view: RepoView,
): Map<string, Variable> {
  const before = record('environment', raw.data.environment)
  const own = Object.entries(record('environment', given.environment)).map(([name, value]) => {
    const isPassedOn = value === null || value === undefined
    const plain = isPassedOn ? (project.variables.get(name) ?? '') : (scalar(value) ?? '')
    const stated = scalar(before[name]) ?? `\${${name}}`
    const named = variableOf(stated)?.name ?? ''
    const isPrivate = raw.own.has(named) && !project.set.has(named)
    return [name, { value: plain, raw: isPrivate ? plain : stated }] as const
  })
  return new Map([...items(given.env_file).flatMap(entry => environmentFile(entry, project, view)), ...own])
}

/** An env_file; what the project's own .env says can be referenced, what another file says cannot. */
function environmentFile(entry: unknown, project: ComposeProject, view: RepoView): [string, Variable][] {
  const { item, folder } = fields(entry)
  const path = insidePath(scalar(folder) ?? '.', scalar(item) ?? scalar(fields(item).path) ?? '')
  if (path === undefined) return []
  const isShared = path === posix.join(project.folder, '.env')
  const text = view.read(path) ?? exampleOf(view, path) ?? ''
  return [...parseEnv(text, project.variables)].map(([name, value]) => [
    name,
    { value: interpolate(value, project.variables), raw: isShared ? `\${${name}}` : value, isShared: true },
  ])
}

const exampleOf = (view: RepoView, path: string): string | undefined =>
  ['.example', '.sample', '.dist', '.template']
    .map(end => view.read(`${path}${end}`))
    .find(text => text !== undefined)
