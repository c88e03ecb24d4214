import { posix } from 'node:path'
import type { ComposeService } from '../compose/service.ts'
import type { Facts } from '../facts.ts'
import { importsOf, MAKES } from '../manifests/go-program.ts'
import type { Project } from '../manifests/projects.ts'
import type { Calls } from '../ports/calls.ts'
import type { RepoView } from '../repo.ts'
import type { Aside } from '../verdict.ts'

/** A server of gRPC, or of go-micro, which speaks gRPC where nothing says otherwise. */
const REGISTERS = /\bRegister\w+Server\(|\bRegister\w+Handler\(\w+\.Server\(\)/
/** Frameworks that answer HTTP, by how they are imported. */
const FRAMEWORKS =
  /gin-gonic\/gin"|labstack\/echo|gofiber\/fiber|go-chi\/chi|valyala\/fasthttp|go-zero\/rest"|gogf\/gf|cloudwego\/hertz|kratos\/v2\/transport\/http"|kataras\/iris|beego|twitchtv\/twirp/
/** Whatever answers HTTP in Go, or may; a client of net/http does not. */
const HTTP =
  /\bhttp\.(ListenAndServe|Serve|Handle|NewServeMux|Server)|promhttp|["`]\/metrics|gorilla\/|httprouter|gateway|connectrpc|websocket/i
/** Whatever opens a port, or may: `router.Run(":8080")` and no `worker.Run(ctx)`. */
const LISTENS =
  /ListenAndServe|http\.Serve|http-?server|net\.Listen|promhttp|websocket|\.(Run|Start|Listen|Serve)(TLS)?\((?!\s*(\)|ctx|context|worker\.InterruptCh))/i
/** What tells a program where to listen, or a proxy that it does. */
const TOLD = /^PORT$|(HTTP|SERVER|APP|LISTEN|SERVICE)_(PORT|ADDR)|^(traefik|caddy)\b/
const MOST_FILES = 600
/** What opens a port in Go by itself. */
const OPENS =
  /ListenAndServe|\bhttp\.Serve|\b(net|tls|autocert)\.(Listen|NewListener)|promhttp|\bexpvar\b|net\/http\/pprof/
/** What may open one, by how it is imported. */
const MAY_OPEN =
  /server|http|rest|web|micro|kit\b|framework|gateway|grpc|connect|twirp|socket|mux|rout|kratos|zero|prom|metric|health|actuator|\bfx\b/i

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
  // Another module of the repo may use no more of a framework than its types.
  const isFramed = texts.some(
    (text, at) => FRAMEWORKS.test(text) && (files[at]?.startsWith('..') !== true || text.search(MAKES) >= 0),
  )
  if (registers !== undefined && !isFramed && !says(HTTP))
    return aside(registers, 'it answers gRPC and no HTTP')
  const isSilent =
    project.isFollowed === true &&
    !isFramed &&
    !says(OPENS) &&
    !says(LISTENS) &&
    !mayOpen(files, project, view)
  const isPortless =
    facts.ports.length + facts.exposed.length === 0 &&
    calls.portOf(service) === undefined &&
    ![...service.environment.keys(), ...service.labels.keys()].some(name => TOLD.test(name))
  return main !== undefined && (isSilent || (isPortless && !isFramed && !says(LISTENS)))
    ? aside(main, 'its program opens no port')
    : undefined
}

/** Whether a program uses a package from outside the repo that may open a port for it. */
function mayOpen(files: readonly string[], project: Project, view: RepoView): boolean {
  const folders = new Set(files.map(file => posix.dirname(posix.join(project.folder, file))))
  const isOurs = (path: string): boolean =>
    [...folders].some(folder => folder !== '.' && path.endsWith(`/${folder}`))
  return files
    .flatMap(file => importsOf(posix.join(project.folder, file), view))
    .some(path => path.split('/')[0]?.includes('.') === true && !isOurs(path) && MAY_OPEN.test(path))
}
