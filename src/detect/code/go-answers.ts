import { posix } from 'node:path'
import type { ComposeService } from '../compose/service.ts'
import type { Facts } from '../facts.ts'
import type { Project } from '../manifests/projects.ts'
import type { Calls } from '../ports/calls.ts'
import type { RepoView } from '../repo.ts'
import type { Aside } from '../verdict.ts'

const REGISTERS = /\bRegister\w+Server\(/
/** Whatever answers HTTP in Go, or may; a client of net/http does not. */
const HTTP =
  /\bhttp\.(ListenAndServe|Serve|Handle|NewServeMux|Server)|promhttp|["`]\/metrics|gin-gonic|labstack|gofiber|go-chi|gorilla\/|httprouter|fasthttp|gateway|connectrpc|websocket/i
/** Whatever opens a port, or may: `router.Run(":8080")` and no `worker.Run(ctx)`. */
const LISTENS =
  /ListenAndServe|http\.Serve|http-?server|net\.Listen|promhttp|websocket|\.(Run|Start|Listen|Serve)(TLS)?\((?!\s*(\)|ctx|context))/i
/** What tells a program where to listen, or a proxy that it does. */
const TOLD = /^PORT$|(HTTP|SERVER|APP|LISTEN|SERVICE)_(PORT|ADDR)|^(traefik|caddy)\b/
const MOST_FILES = 600

/** A Go program whose own code speaks gRPC and no HTTP has no /metrics; nor has one without a port that opens none. */
export function silentGo(
  service: ComposeService,
  project: Project | undefined,
  facts: Facts,
  calls: Calls,
  view: RepoView,
): Aside | undefined {
  if (project?.ecosystem !== 'go') return undefined
  const files = project.files.filter(
    file => file.endsWith('.go') && !/(_test|\.pb(\.gw)?|_grpc\.pb)\.go$/.test(file),
  )
  if (files.length === 0 || files.length > MOST_FILES) return undefined
  const texts = files.map(file => view.read(posix.join(project.folder, file)) ?? '')
  const main = files[texts.findIndex(text => /^package main\b/m.test(text))]
  const registers = files[texts.findIndex(text => REGISTERS.test(text))]
  const says = (words: RegExp): boolean => texts.some(text => words.test(text))
  const aside = (file: string, reason: string): Aside => ({
    reason,
    source: posix.join(project.folder, file),
    part: undefined,
  })
  if (registers !== undefined && !says(HTTP)) return aside(registers, 'it answers gRPC and no HTTP')
  const isPortless =
    facts.ports.length + facts.exposed.length === 0 &&
    calls.portOf(service) === undefined &&
    ![...service.environment.keys(), ...service.labels.keys()].some(name => TOLD.test(name))
  return main !== undefined && isPortless && !says(LISTENS)
    ? aside(main, 'its program opens no port')
    : undefined
}
