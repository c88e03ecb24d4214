import { posix } from 'node:path'
import type { Module } from '../core/modules/module.ts'
import { finalCommand } from './command.ts'
import type { ComposeService } from './compose/service.ts'
import { interpolate, parseEnv } from './env.ts'
import type { Facts } from './facts.ts'
import { imageWeight } from './image.ts'
import { configured, isCalled, listening, portVariables } from './listening.ts'
import type { Project } from './manifests/projects.ts'
import type { RepoView } from './repo.ts'

/** A port, and whether something in the repo says it or it is only what is usual. */
export interface Port {
  readonly port: number
  readonly isKnown: boolean
}

/** Ports of debuggers, profilers and live reload: never where an app answers. */
const TOOL_PORTS = new Set([9229, 9230, 5678, 5005, 2345, 40000, 24678, 35729, 9003, 6060, 1234, 4711, 5173])
/** Ports of files, mail, names, chat, streams, games, shells and desktops, where nothing answers HTTP. */
const OTHER_PROTOCOLS = new Set([
  20, 21, 22, 23, 25, 53, 69, 110, 123, 143, 161, 162, 389, 445, 465, 514, 554, 587, 636, 873, 993, 995, 1194,
  1723, 1935, 2049, 3389, 3478, 5060, 5061, 5222, 5269, 5347, 5349, 5900, 6667, 6697, 8554, 25565, 27015,
  51820,
])
/** Where gRPC is usually spoken: a service that has another port too answers there. */
const GRPC = new Set([50051, 50052, 50053, 50054, 50055])
/** Whether HTTP may be spoken on a port. */
export const mayAnswer = (port: number): boolean => !OTHER_PROTOCOLS.has(port) && !TOOL_PORTS.has(port)

const FLAG =
  /(?:--?(?:server[.-])?(?:http[.-])?port[= ]+|\s-p[= ]?|--(?:bind|listen|host|address|urls|http)[= ]+\S*:|\s-b[= ]?\S*:|runserver[_plus]* \S*:|runserver[_plus]* |-D(?:server|quarkus\.http)\.port=|-l tcp:\S*:|\s-S[= ]+\S*:|\s(?:SERVER_)?PORT=)(\d{2,5})\b/
/** What servers listen on that are told nothing. */
const SERVERS: readonly (readonly [word: RegExp, port: number])[] = [
  [
    /\b(gunicorn|uvicorn|daphne|hypercorn|granian|fastapi (run|dev)|artisan serve|artisan octane|manage\.py runserver)\b/,
    8000,
  ],
  [/\bflask\b.*\brun\b/, 5000],
  [/\b(waitress-serve)\b/, 8080],
  [/\b(rails (s|server)|next (start|dev)|nuxt (start|dev|preview)|bin\/thrust)\b/, 3000],
  [/\bstreamlit run\b/, 8501],
  [/\b(rackup|puma)\b/, 9292],
]
const VARIABLES = [
  'PORT',
  'SERVER_PORT',
  'HTTP_PORT',
  'LISTEN_PORT',
  'FLASK_RUN_PORT',
  'UVICORN_PORT',
  'NITRO_PORT',
  'QUARKUS_HTTP_PORT',
  'MICRONAUT_SERVER_PORT',
  'ASPNETCORE_HTTP_PORTS',
  'ASPNETCORE_URLS',
  'VIRTUAL_PORT',
  'GIN_PORT',
]

/** Variables that the framework itself reads, so that nothing listens elsewhere whatever is published. */
const OF_FRAMEWORKS =
  /^(ASPNETCORE_(HTTP_PORTS|URLS)|QUARKUS_HTTP_PORT|MICRONAUT_SERVER_PORT|NITRO_PORT|UVICORN_PORT)$/

/**
 * Where an app answers, inside its container. In this order: a flag of its command; a variable of the framework; its health check; PORT and its like in its
 * environment, or the variable that its code reads; the port that Compose publishes or exposes; the one that a proxy's label names; the
 * one by which others in the repo call it; the configuration of the framework; EXPOSE; PORT of the Dockerfile, a variable that ends in
 * APP_PORT, PORT of a .env beside the code; what the code says; what is usual for the framework.
 */
export function appPort(
  service: ComposeService,
  facts: Facts,
  usual: number | undefined,
  project: Project | undefined,
  calls: Calls,
  view: RepoView,
): Port {
  const exposed = facts.exposed.map(one => one.value).filter(port => !TOOL_PORTS.has(port))
  const open = facts.ports.map(one => one.value).filter(port => !TOOL_PORTS.has(port))
  const isHttp = (port: number): boolean => !GRPC.has(port) && !namedGrpc(facts).includes(port)
  const ports = rather(rather(open, mayAnswer), isHttp)
  const called = calls.portOf(service)
  const own = withoutShared(service)
  const found =
    fromFlag(facts, project, facts.environment) ??
    fromVariables(new Map([...facts.environment].filter(([name]) => OF_FRAMEWORKS.test(name))), []) ??
    checkedPort(facts, [...ports, ...exposed]) ??
    fromVariables(own, ports, exposed) ??
    (project && readByCode(project, own, ports, view)) ??
    fromVariables(environmentOf(service), ports, exposed) ??
    (isOtherwise(ports, isHttp, called) ? undefined : choose(ports, usual, exposed)) ??
    fromLabels(service) ??
    (called !== undefined && !isCalled(called) ? called : undefined) ??
    (project && configured(project, view)?.value) ??
    choose(rather(exposed, isHttp), usual, []) ??
    fromVariables(facts.dockerfile?.environment ?? new Map(), []) ??
    ownPort(environmentOf(service)) ??
    (project && (portBeside(project.folder, view) ?? listening(project, view)?.value))
  const command = finalCommand(facts, project)
  const server = SERVERS.find(([word]) => word.test(command))?.[1]
  return { port: found ?? server ?? usual ?? 8080, isKnown: found !== undefined }
}

/** Only gRPC is published, and others call it elsewhere. */
const isOtherwise = (
  ports: readonly number[],
  isHttp: (port: number) => boolean,
  called: number | undefined,
): boolean => called !== undefined && isHttp(called) && !ports.some(isHttp)

const environmentOf = (service: ComposeService): Map<string, string> =>
  new Map([...service.environment].map(([name, one]) => [name, one.value] as const))

/** What several services share by an env_file may be another one's port. */
const withoutShared = (service: ComposeService): Map<string, string> =>
  new Map(
    [...service.environment]
      .filter(([, one]) => one.isShared !== true)
      .map(([name, one]) => [name, one.value] as const),
  )

/** Ports that a variable gives to gRPC: `PORT_GRPC: 8080`. */
const namedGrpc = (facts: Facts): number[] =>
  [...facts.environment].flatMap(([name, value]) => (/grpc/i.test(name) ? (valid(value) ?? []) : []))

const CHECKED =
  /(?:\b(?:localhost|127\.0\.0\.1|0\.0\.0\.0)|\[::1?\]):(\d{2,5})\b|\bnc\s+(?:-\w+\s+)*(?:localhost|127\.0\.0\.1)\s+(\d{2,5})\b/

/** Where the health check asks, if that may be open at all. */
function checkedPort(facts: Facts, open: readonly number[]): number | undefined {
  const [, url, tcp] = CHECKED.exec(interpolate(facts.healthcheck?.value ?? '', facts.environment)) ?? []
  const port = valid(url ?? tcp)
  return port !== undefined && mayAnswer(port) && (open.length === 0 || open.includes(port))
    ? port
    : undefined
}

/** Where a database, broker or proxy answers: what its command or environment moves it to, else what is usual. */
export function thingPort(facts: Facts, module: Module, configured: readonly number[]): Port {
  const usual = usualPort(module, facts)
  const ports = facts.ports.map(one => one.value)
  const listens = rather(
    ports.filter(port => configured.includes(port)).length > 0
      ? ports.filter(port => configured.includes(port))
      : configured,
    port => port !== 443,
  )
  const [listen] = listens
  if (listen !== undefined && (usual === undefined || !configured.includes(usual) || !ports.includes(usual)))
    return { port: listen, isKnown: true }
  const said = fromFlag(facts, undefined, facts.environment)
  if (said !== undefined && (ports.includes(said) || ports.length === 0)) return { port: said, isKnown: true }
  if (usual === undefined || module.manifest.layer === 'proxy') {
    const exposed = facts.exposed.map(one => one.value)
    const port = choose(ports, usual, exposed) ?? choose(exposed, usual, [])
    return { port: port ?? usual ?? 80, isKnown: true }
  }
  const advertised = advertisedPorts(facts)
  if (advertised[0] !== undefined && !advertised.includes(usual))
    return { port: advertised[0], isKnown: true }
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
  return addresses.flatMap(([, host, port]) => (facts.names.includes(host ?? '') ? (valid(port) ?? []) : []))
}

function fromFlag(
  facts: Facts,
  project: Project | undefined,
  environment: ReadonlyMap<string, string>,
): number | undefined {
  return valid(FLAG.exec(` ${interpolate(finalCommand(facts, project), environment)}`)?.[1])
}

/** Whether the command starts a server, or says on which port it answers. */
export const servesByCommand = (facts: Facts, project: Project | undefined): boolean =>
  fromFlag(facts, project, facts.environment) !== undefined ||
  SERVERS.some(([word]) => word.test(finalCommand(facts, project)))

/** PORT counts unless Compose publishes another; any other `…_PORT` only where Compose or the Dockerfile says the same. */
function fromVariables(
  environment: ReadonlyMap<string, string>,
  ports: readonly number[],
  exposed: readonly number[] = [],
): number | undefined {
  const open = ports.length > 0 ? ports : exposed
  const isPossible = (port: number | undefined): boolean =>
    port !== undefined && (ports.length === 0 || ports.includes(port))
  const named = VARIABLES.map(name => valid(/(\d{2,5})\/?$/.exec(plainUrl(environment.get(name) ?? ''))?.[1]))
  const other = [...environment]
    .filter(([name]) => /_PORT$|^PORT_/.test(name) && !/HTTPS|SSL|TLS|GRPC/.test(name))
    .map(([, value]) => valid(value))
  return named.find(isPossible) ?? other.find(port => port !== undefined && open.includes(port))
}

/** What the variable says by which the code is told where to listen. */
function readByCode(
  project: Project,
  environment: ReadonlyMap<string, string>,
  ports: readonly number[],
  view: RepoView,
): number | undefined {
  if (![...environment.keys()].some(name => /PORT/.test(name))) return undefined
  const said = portVariables(project, view).flatMap(name => valid(environment.get(name)) ?? [])
  return said.find(port => !isCalled(port) && (ports.length === 0 || ports.includes(port)))
}

/** `SHOP_APP_PORT`, where only one variable is called so. */
function ownPort(environment: ReadonlyMap<string, string>): number | undefined {
  const said = [...environment].filter(([name]) => /(^|_)(APP|HTTP|LISTEN)_PORT$/.test(name))
  return said.length === 1 ? valid(said[0]?.[1]) : undefined
}

/** Of `https://+:443;http://+:80` what needs no certificate. */
const plainUrl = (value: string): string => {
  const urls = value.split(';')
  return urls.find(url => url.startsWith('http:')) ?? urls[0] ?? ''
}

function choose(
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
const rather = (ports: readonly number[], holds: (port: number) => boolean): readonly number[] =>
  ports.some(holds) ? ports.filter(holds) : ports

/** What Traefik and its like are told. */
function fromLabels(service: ComposeService): number | undefined {
  for (const [name, value] of service.labels) {
    if (/^traefik\..*(loadbalancer\.server\.port|\.port)$|^prometheus\.(io[./])?port$/.test(name))
      return valid(value)
    if (/^caddy\b/.test(name)) {
      const port = valid(/\{\{\s*upstreams\s+(\d+)/.exec(value)?.[1])
      if (port !== undefined) return port
    }
  }
  return undefined
}

/** .env of the code, which dotenv reads when the app starts. */
export function portBeside(folder: string, view: RepoView): number | undefined {
  const text = view.read(posix.join(folder, '.env')) ?? view.read(posix.join(folder, '.env.example')) ?? ''
  return fromVariables(parseEnv(text), [])
}

function valid(text: string | undefined): number | undefined {
  const port = /^\d+$/.test(text ?? '') ? Number(text) : 0
  return port > 0 && port < 65536 ? port : undefined
}

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
      const port = valid(text)
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
          /\.conf(\.template)?$|(^|\/)(Caddyfile|haproxy\.cfg|traefik[\w.-]*\.(ya?ml|toml)|envoy\.ya?ml)$/.test(
            path,
          ),
        )
        .slice(0, 100)
        .map(path => this.view.read(path) ?? ''),
    ].join('\n')
  }
}
