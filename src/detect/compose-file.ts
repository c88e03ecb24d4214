import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml'
import { UserError } from '../core/errors.ts'
import type { RepoView } from './repo.ts'

export const COMPOSE_NAMES = [
  'compose.yaml',
  'compose.yml',
  'docker-compose.yaml',
  'docker-compose.yml',
] as const

/** A service as a Compose file states it, as far as detection needs it. */
export interface ComposeService {
  readonly name: string
  readonly line: number
  readonly image: string | undefined
  readonly build: string | undefined
  readonly ports: readonly number[]
  readonly environment: Readonly<Record<string, string>>
  readonly networks: readonly string[]
  readonly secrets: readonly string[]
  readonly command: string
  readonly replicas: number
  readonly hostNetwork: boolean
}

export interface ComposeFile {
  readonly path: string
  readonly name: string | undefined
  readonly services: readonly ComposeService[]
}

/**
 * Reads the repo's Compose file, with merge keys resolved.
 * @throws UserError with file:line:column when it is not valid YAML or has no services
 */
export function readComposeFile(view: RepoView, given?: string): ComposeFile | undefined {
  const path = given ?? COMPOSE_NAMES.find(name => view.exists(name))
  if (path === undefined) return undefined
  const text = view.read(path)
  if (text === undefined)
    throw new UserError(`${path} cannot be read.`, { hint: 'Name the Compose file with --compose <path>.' })
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false })
  const [error] = document.errors
  if (error) {
    const at = lines.linePos(error.pos[0])
    throw new UserError(`This Compose file is not valid YAML: ${error.message.split('\n')[0]}`, {
      at: { file: path, line: at.line, column: at.col },
      hint: 'docker compose config -q   shows what Compose says of it',
    })
  }
  const data: unknown = document.toJS({ maxAliasCount: 1000 })
  const services = record(record(data).services)
  const node = document.get('services')
  refuseNames(Object.keys(services), path, name => lineOf(node, name, lines))
  return {
    path,
    name: typeof record(data).name === 'string' ? String(record(data).name) : undefined,
    services: Object.entries(services).map(([name, value]) =>
      service(name, value, lineOf(node, name, lines)),
    ),
  }
}

/** Compose's own rule; a name that breaks it is a mistake or an attack, and either way never reaches a file of ours. */
function refuseNames(names: readonly string[], file: string, line: (name: string) => number): void {
  const bad = names.find(name => !/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/.test(name))
  if (bad === undefined) return
  const shown = JSON.stringify(bad.length > 60 ? `${bad.slice(0, 60)}…` : bad)
  throw new UserError(`${shown} cannot be the name of a service.`, {
    at: { file, line: line(bad), column: 3 },
    hint: 'Use at most 63 letters, digits, "-", "_" and ".", starting with a letter or digit.',
  })
}

function lineOf(services: unknown, name: string, lines: LineCounter): number {
  if (!isMap(services)) return 1
  const pair = services.items.find(item => isScalar(item.key) && String(item.key.value) === name)
  const key = pair?.key as Node | undefined
  return key?.range ? lines.linePos(key.range[0]).line : 1
}

function service(name: string, value: unknown, line: number): ComposeService {
  const given = record(value)
  const deploy = record(given.deploy)
  return {
    name,
    line,
    image: typeof given.image === 'string' ? given.image : undefined,
    build: typeof given.build === 'string' ? given.build : textOf(record(given.build).context),
    ports: [
      ...items(given.ports).map(containerPort),
      ...items(given.expose).map(port => Number.parseInt(String(port), 10)),
    ].filter(port => port > 0 && port < 65536),
    environment: environment(given.environment),
    networks: Array.isArray(given.networks)
      ? given.networks.map(String)
      : Object.keys(record(given.networks)),
    secrets: items(given.secrets).map(item =>
      typeof item === 'string' ? item : String(record(item).source ?? ''),
    ),
    command: Array.isArray(given.command)
      ? given.command.map(String).join(' ')
      : (textOf(given.command) ?? ''),
    replicas: Number(given.scale ?? deploy.replicas ?? 1) || 1,
    hostNetwork: given.network_mode === 'host',
  }
}

/** `127.0.0.1:8080:80/tcp`, `80`, `{ target: 80 }`: what matters is the port inside the container. */
function containerPort(port: unknown): number {
  if (typeof port === 'object' && port !== null) return Number(record(port).target)
  const last = String(port).split('/')[0]?.split(':').at(-1) ?? ''
  return Number.parseInt(last, 10)
}

function environment(value: unknown): Record<string, string> {
  if (Array.isArray(value)) {
    return Object.fromEntries(
      value.map(item => {
        const [key = '', ...rest] = String(item).split('=')
        return [key, rest.join('=')]
      }),
    )
  }
  return Object.fromEntries(
    Object.entries(record(value)).map(([key, item]) => [key, item === null ? '' : String(item)]),
  )
}

const items = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {}
}
