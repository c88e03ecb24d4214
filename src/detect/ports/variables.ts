import { posix } from 'node:path'
import type { Ecosystem } from '../../core/modules/manifest.ts'
import type { ComposeService } from '../compose/service.ts'
import { parseEnv, type Variables } from '../env.ts'
import type { Facts } from '../facts.ts'
import type { RepoView } from '../repo.ts'
import { portOf } from './port.ts'

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

/** Variables that a framework reads itself, and the language that it is of. */
const OF_FRAMEWORKS: readonly (readonly [name: string, language: Ecosystem])[] = [
  ['ASPNETCORE_HTTP_PORTS', 'nuget'],
  ['ASPNETCORE_URLS', 'nuget'],
  ['QUARKUS_HTTP_PORT', 'maven'],
  ['MICRONAUT_SERVER_PORT', 'maven'],
  ['NITRO_PORT', 'npm'],
  ['UVICORN_PORT', 'pypi'],
  ['SERVER_PORT', 'maven'],
]
/** What others may be told too, so that it says nothing of a language. */
const SHARED = /^SERVER_PORT$/

/** PORT counts unless Compose publishes another; any other `…_PORT` only where Compose or the Dockerfile says the same. */
export function fromVariables(
  environment: Variables,
  ports: readonly number[],
  exposed: readonly number[] = [],
): number | undefined {
  const open = ports.length > 0 ? ports : exposed
  const isPossible = (port: number | undefined): boolean =>
    port !== undefined && (ports.length === 0 || ports.includes(port))
  const named = VARIABLES.map(name =>
    portOf(/(\d{2,5})\/?$/.exec(plainUrl(environment.get(name) ?? ''))?.[1]),
  )
  const other = [...environment]
    .filter(([name]) => /_PORT$|^PORT_/.test(name) && !/HTTPS|SSL|TLS|GRPC/.test(name))
    .map(([, value]) => portOf(value))
  return named.find(isPossible) ?? other.find(port => port !== undefined && open.includes(port))
}

/** What a framework is told by a variable that it reads itself, so that nothing listens elsewhere, whatever is published. */
export function fromFramework({ environment }: Facts, language: Ecosystem | undefined): number | undefined {
  const own = OF_FRAMEWORKS.filter(([name, one]) =>
    language === undefined ? !SHARED.test(name) : one === language,
  ).map(([name]) => name)
  return fromVariables(new Map([...environment].filter(([name]) => own.includes(name))), [])
}

/** `SHOP_APP_PORT`, where only one variable is called so. */
export function ownPort(environment: Variables): number | undefined {
  const said = [...environment].filter(([name]) => /(^|_)(APP|HTTP|LISTEN)_PORT$/.test(name))
  return said.length === 1 ? portOf(said[0]?.[1]) : undefined
}

/** Of `https://+:443;http://+:80` what needs no certificate. */
const plainUrl = (value: string): string => {
  const urls = value.split(';')
  return urls.find(url => url.startsWith('http:')) ?? urls[0] ?? ''
}

/** The variables of a service. */
export const environmentOf = (service: ComposeService): Map<string, string> =>
  new Map([...service.environment].map(([name, one]) => [name, one.value] as const))

/** What several services share by an env_file may be another one's port. */
export const withoutShared = (service: ComposeService): Map<string, string> =>
  new Map(
    [...service.environment]
      .filter(([, one]) => one.isShared !== true)
      .map(([name, one]) => [name, one.value] as const),
  )

/** Ports that a variable gives to gRPC: `PORT_GRPC: 8080`. */
export const namedGrpc = (facts: Facts): number[] =>
  [...facts.environment].flatMap(([name, value]) => (/grpc/i.test(name) ? (portOf(value) ?? []) : []))

/** .env of the code, which dotenv reads when the app starts. */
export function portBeside(folder: string, view: RepoView): number | undefined {
  const text = view.read(posix.join(folder, '.env')) ?? view.read(posix.join(folder, '.env.example')) ?? ''
  return fromVariables(parseEnv(text), [])
}
