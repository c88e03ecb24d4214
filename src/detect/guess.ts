import type { Manifest } from '../core/modules/manifest.ts'
import type { Module } from '../core/modules/module.ts'
import { FALLBACK, moduleOfLanguage } from './app.ts'
import type { Answers } from './code/answers.ts'
import { codeFolders } from './code/folders.ts'
import type { ComposeService } from './compose/service.ts'
import type { Seen } from './detection.ts'
import { imageRepository, isBare } from './docker/image.ts'
import { isLocal } from './docker/library.ts'
import { isOfOwner, type Origin } from './docker/own-image.ts'
import { type Match, matchGuess, matchWords } from './evidence.ts'
import type { Facts } from './facts.ts'
import type { Project } from './manifests/projects.ts'
import type { Calls } from './ports/calls.ts'
import { proxyLabel } from './ports/labels.ts'
import { listening } from './ports/listening.ts'
import { GRPC, mayAnswer } from './ports/port.ts'
import { languageOf } from './program/command.ts'
import { ranked } from './ranked.ts'
import type { RepoView } from './repo.ts'
import type { Scrape } from './scrapes.ts'
import type { Kind } from './verdict.ts'

/** Ports that say nothing of who listens there. */
const COMMON_PORTS = new Set([80, 443, 3000, 5000, 8000, 8001, 8080, 8081, 8443, 9000])

/** An image that gives no port away has the one by which the others call it. */
export function withCalledPort(service: ComposeService, facts: Facts, calls: Calls): Facts {
  const value = calls.portOf(service)
  return facts.ports.length + facts.exposed.length > 0 || value === undefined
    ? facts
    : { ...facts, ports: [{ value, source: facts.place }] }
}

/** An image that nobody knows, by its port or its health check. One that has several ports of its own only speaks the protocol too. */
export function guess(modules: readonly Module[], facts: Facts): Kind | undefined {
  const claims = (port: number): number =>
    modules.filter(one => one.manifest.evidence.ports.includes(port)).length
  const isOwn = ({ value }: Seen<number>): boolean => !COMMON_PORTS.has(value) && claims(value) === 0
  const isMore = facts.ports.filter(isOwn).length > 1
  const isTelling = (port: number): boolean => !isMore && !COMMON_PORTS.has(port) && claims(port) === 1
  return guessed(modules, module =>
    module.manifest.layer === 'app' ? undefined : matchGuess(module.manifest, facts, isTelling),
  )
}

/**
 * An image that nobody knows, or whose Dockerfile is not here, under the very name of a database, broker or proxy, or where the names of
 * both service and image end in it; one that is compiled here from a bare image has a variable of it besides.
 */
export function named(modules: readonly Module[], facts: Facts): Kind | undefined {
  const name = facts.name.toLowerCase()
  const image = facts.dockerfile ? '' : imageRepository(facts.images[0]?.value ?? '')
  const isEnd = (one: string): boolean =>
    !TASK.test(name) && name.endsWith(`-${one}`) && image.endsWith(`-${one}`)
  const isIt = ({ manifest: { id, aliases, layer } }: Module): boolean =>
    /^(database|broker|proxy)$/.test(layer) &&
    [id, ...aliases].some(one => name === one || (layer !== 'proxy' && isEnd(one)))
  const evidence = [{ source: facts.place, what: `name ${facts.name}` }]
  const module = modules.find(isIt)
  if (module && facts.dockerfile && !isCompiled(module, facts)) return undefined
  return module && { module, project: undefined, package: undefined, evidence, confidence: 'low' }
}

/** What only does something to a server before or after it runs. */
const TASK = /^(init|wait|create|set-?up|back-?up|migrate|seed|check|test|dump|restore|prepare)/

const isCompiled = ({ manifest: { evidence } }: Module, facts: Facts): boolean =>
  facts.images.every(one => isBare(imageRepository(one.value))) &&
  evidence.env.some(name => facts.dockerfile?.environment.has(name))

/** What a pulled image shares with others by an env_file is not said of it; and one of Docker's own, without an owner, is what its name says. */
export function withOwnVariables(service: ComposeService, facts: Facts): Facts {
  if (service.build) return facts
  const isOfficial = facts.images.some(
    one => !imageRepository(one.value).includes('/') && !isLocal(one.value),
  )
  const own = [...facts.environment].filter(([name]) => service.environment.get(name)?.isShared !== true)
  return { ...facts, environment: new Map(isOfficial ? [] : own) }
}

/**
 * An app whose code is elsewhere, by the framework that its base, its command or its variables are for.
 * @param project what is here all the same: if it is in the language of a framework and does not ask for it, it is not of that
 */
export function elsewhere(
  modules: readonly Module[],
  facts: Facts,
  project: Project | undefined,
): Kind | undefined {
  const isOther = ({ layer, evidence: { dependencies } }: Manifest): boolean =>
    layer === 'app' && project?.ecosystem !== undefined && (dependencies[project.ecosystem] ?? []).length > 0
  const found = guessed(modules, ({ manifest }) =>
    !isOther(manifest) && (manifest.layer === 'app' || manifest.evidence.bases.length > 0)
      ? matchWords(manifest.evidence, facts)
      : undefined,
  )
  return found && { ...found, confidence: 'medium' }
}

/** One sign alone is a weak word for what it is. */
function guessed(modules: readonly Module[], match: (module: Module) => Match | undefined): Kind | undefined {
  const found = ranked(modules, match)
  return (
    found && {
      module: found.module,
      project: undefined,
      package: undefined,
      evidence: found.match.evidence,
      confidence: found.match.evidence.length > 1 ? 'medium' : 'low',
    }
  )
}

/** An image that nobody knows, and that the repo's own Prometheus scrapes. */
export function scraped(scrape: Scrape, modules: readonly Module[]): Kind | undefined {
  const module = modules.find(one => one.id === FALLBACK)
  const named = { name: scrape.source, port: scrape.port, settings: {} }
  return module && { module, project: undefined, package: named, evidence: [], confidence: 'medium' }
}

/** A worker that shows its numbers, and nothing else, on a page of its own. */
export function showing(
  page: Seen<number>,
  project: Project | undefined,
  modules: readonly Module[],
): Kind | undefined {
  const last = modules.find(one => one.id === FALLBACK)
  const named = { name: page.source, port: page.value, settings: {} }
  const evidence = [{ source: page.source, what: `metrics on port ${page.value}` }]
  const module = last && moduleOfLanguage(project?.ecosystem, modules, last)
  return module && { module, project, package: named, evidence, confidence: 'medium', port: page.value }
}

/** What only hands out pages. */
const FRONT = /(^|[-_.])(ui|web|webapp|front\w*|client|site|www|admin|console|dashboard|docs)$/

/**
 * An image whose code is not here, but whose owner is that of the repo: where others call it, a page of it is asked for, or it is told a port,
 * it answers, most likely HTTP.
 */
export function ofOwner(
  service: ComposeService,
  facts: Facts,
  modules: readonly Module[],
  origin: Origin,
  calls: Calls,
): Kind | undefined {
  const module = modules.find(one => one.id === FALLBACK)
  const image = service.image ?? ''
  const port = told(service)?.value ?? facts.ports[0]?.value ?? calls.portOf(service)
  const isOwn = isOfOwner(image, origin) && !FRONT.test(service.name)
  if (!module || service.build || !isOwn || port === undefined || !mayAnswer(port)) return undefined
  const evidence = [
    { source: facts.place, what: `image of ${imageRepository(image).split('/')[0]}, and port ${port}` },
  ]
  return { module, project: undefined, package: undefined, evidence, confidence: 'low' }
}

/** Built here, in whatever language, and it listens: it answers something, most likely HTTP. */
export function answering(
  service: ComposeService,
  facts: Facts,
  modules: readonly Module[],
  project: Project | undefined,
  answers: Answers | undefined,
  view: RepoView,
): Kind | undefined {
  const last = modules.find(one => one.id === FALLBACK)
  if (!last || (!project && !(isOwnCode(service, facts) && hasCode(service, facts, view)))) return undefined
  const [port = told(service) ?? (project && listening(project, view))] = [
    ...facts.ports,
    ...facts.exposed,
  ].filter(one => mayAnswer(one.value) && !GRPC.has(one.value) && !service.datagrams.includes(one.value))
  const proxied = proxyLabel(service)
  if (!port && proxied === undefined) return undefined
  const evidence = port
    ? { source: port.source, what: `port ${port.value} of what is built here` }
    : { source: service.source('labels'), what: `label ${proxied}` }
  const own = project && isTooling(project) ? undefined : project?.ecosystem
  const module = moduleOfLanguage(own ?? languageOf(facts), modules, last)
  const code = answers?.holds === true ? [{ source: answers.source, what: 'code that answers HTTP' }] : []
  const confidence = code.length > 0 ? 'medium' : 'low'
  return { module, project, package: undefined, evidence: [evidence, ...code], confidence }
}

const CODE =
  /\.([cm]?[jt]sx?|py|go|rs|java|kt|scala|clj|rb|php|cs|fs|exs?|erl|c|cc|cpp|cxx|hs|ml|swift|dart|lua|pl|jl|cr|nim|zig|r|jar|war)$/i
const PROGRAM = /(^|\/)(configure|entrypoint|docker-entrypoint)[\w.-]*$/

/** In an image of a language there is code, wherever it stands; in a bare one only if some is copied or mounted. */
function hasCode(service: ComposeService, facts: Facts, view: RepoView): boolean {
  if (languageOf(facts) !== undefined) return true
  return codeFolders(service, facts, view).all.some(folder =>
    view.filesIn(folder).some(file => CODE.test(file) && !PROGRAM.test(file)),
  )
}

/** A manifest of formatters and the like says nothing of what runs. */
const isTooling = ({ dependencies }: Project): boolean =>
  dependencies.length > 0 && dependencies.every(one => one.dev)

/** Whether an image runs what is put into it, and is no product of its own. */
export const isRuntime = (repository: string): boolean => isBare(repository) || RUNTIMES.test(repository)

/** Images that run what one puts into them. Any other is a program of its own, to which a build only adds files. */
const RUNTIMES =
  /(^|[/-])(node|bun|deno|python|pypy|uv|golang|go|rust|ruby|php|perl|openjdk|eclipse-temurin|temurin|amazoncorretto|corretto|zulu-openjdk|\w*-?j[dr]k?|jdk|jre|java|graalvm|maven|gradle|sbt|tomcat|tomee|jetty|wildfly|rails|django|composer|unit|runtime|runtime-deps|aspnet|sdk|elixir|erlang|swift|dart|haskell|julia|crystal|nim|gcc|r-base|static|base|cc|busybox|wolfi-base|miniconda\d?|cuda|pytorch|tensorflow|ffmpeg|nginx|httpd|caddy)(-[\w-]*)?$/

/** What a build of this repo makes: from a bare image, or one that runs a language. Where the build is a guess, it has to name a port. */
export function isOwnCode(service: ComposeService, facts: Facts): boolean {
  const { build } = service
  if (build === undefined || facts.dockerfile === undefined) return false
  const isOpen = facts.images.every(one => isRuntime(imageRepository(one.value)))
  return isOpen && (!build.isGuess || facts.exposed.length > 0 || isLocal(service.image ?? ''))
}

/** PORT in its own environment, where it is none for UDP. */
function told(service: ComposeService): Seen<number> | undefined {
  const said = service.environment.get('PORT')
  const port = Number(said?.value)
  return port > 0 && said?.isShared !== true && !service.datagrams.includes(port)
    ? { value: port, source: service.source('environment') }
    : undefined
}
