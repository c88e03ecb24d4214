import type { Ecosystem, Package } from '../core/modules/manifest.ts'
import type { Module } from '../core/modules/module.ts'
import type { SeenRule } from '../core/modules/seen.ts'
import { type Candidates, projectsOf } from './candidates.ts'
import type { ComposeService } from './compose/service.ts'
import type { Confidence, Evidence } from './detection.ts'
import { dependenciesIn, type Match, matchApp, matchGuess, matchThing } from './evidence.ts'
import type { Facts, Seen } from './facts.ts'
import { matches } from './image.ts'
import { listening } from './listening.ts'
import type { Project, Projects } from './manifests/projects.ts'
import { plainScript } from './plain-script.ts'
import type { Calls } from './ports.ts'
import type { RepoView } from './repo.ts'
import { staticSite } from './static-site.ts'

/** Detection's last resort: a service that answers requests and is nothing more particular. */
const FALLBACK = 'http'
/** Ports that say nothing of who listens there. */
const COMMON_PORTS = new Set([80, 443, 3000, 5000, 8000, 8001, 8080, 8081, 8443, 9000])

export interface Knowledge {
  readonly modules: readonly Module[]
  readonly seen: readonly SeenRule[]
}

/** Recognised: a kind to watch. */
export interface Kind {
  readonly module: Module
  /** Whose manifests say so, for an app. */
  readonly project: Project | undefined
  /** The package that says so, with what it implies. */
  readonly package: Package | undefined
  readonly evidence: readonly Evidence[]
  readonly confidence: Confidence
}

/** Recognised, or not: nothing to watch, and why. */
export interface Aside {
  readonly reason: string
  readonly source: string
  readonly part: string | undefined
}

export type Verdict = Kind | Aside

/** Weighs everything that is known of one Compose service. */
export function judge(
  service: ComposeService,
  facts: Facts,
  knowledge: Knowledge,
  projects: Projects,
  calls: Calls,
  view: RepoView,
): Verdict {
  const candidates = projectsOf(service, facts, projects, view)
  const [own] = candidates.own
  const rules = (beats: SeenRule['beats']): SeenRule[] => knowledge.seen.filter(one => one.beats === beats)
  const unnamed = (rule: SeenRule): SeenRule => ({ ...rule, names: [] })
  const isPortless = facts.ports.length === 0
  const works = rules('apps').filter(one => !one.portless || isPortless)
  const image = thingOf(knowledge.modules, facts, own)
  const thing = image?.isRun || !startsApp(candidates, facts, knowledge) ? image : undefined
  return (
    seenAs(rules('everything'), facts, own) ??
    (thing?.isRun ? undefined : seenAs(works.map(unnamed), facts, own)) ??
    (thing && staticSite(service, facts, thing.module, view)) ??
    thing ??
    seenAs(works, facts, own) ??
    plainScript(facts, own, view) ??
    appAmong(candidates, facts, knowledge) ??
    seenAs(rules('nothing'), facts, own) ??
    guess(knowledge.modules, service.image === undefined ? facts : called(service, facts, calls)) ??
    answering(service, facts, knowledge.modules, own, view) ??
    unknown(service, facts)
  )
}

function seenAs(rules: readonly SeenRule[], facts: Facts, project: Project | undefined): Verdict | undefined {
  for (const rule of rules) {
    const name = rule.names.find(glob => matches(facts.name.replace(/[._]/g, '-'), glob))
    const match = matchThing(rule, facts, project) ?? (project && buildTools(rule, project))
    if (!match && name === undefined) continue
    const evidence = match?.evidence[0] ?? { source: facts.place, what: `name ${facts.name}` }
    const reason = rule.reason.replaceAll('$name', () => facts.name)
    return { reason: `${evidence.what}: ${reason}`, source: evidence.source, part: rule.part }
  }
  return undefined
}

/** A front end is told by what builds it, so its development dependencies count. */
function buildTools(rule: SeenRule, project: Project): Match | undefined {
  const all = { ...project, dependencies: project.dependencies.map(one => ({ ...one, dev: false })) }
  return matchApp({ ...rule, commands: [] }, undefined, all)
}

/** What the image, the packages or the command say; `isRun` where the command says it too. */
function thingOf(
  modules: readonly Module[],
  facts: Facts,
  project: Project | undefined,
): (Kind & { readonly isRun: boolean }) | undefined {
  const found = ranked(modules, module => {
    const { evidence, layer, id } = module.manifest
    const packages = [...evidence.packages, id, `${id}-server`]
    const commands = layer === 'app' ? [] : evidence.commands
    return matchThing({ ...evidence, packages, commands }, facts, project)
  })
  if (!found) return undefined
  const { module, match } = found
  return {
    module,
    project: undefined,
    package: undefined,
    evidence: match.evidence,
    confidence: facts.images.length > 0 && match.weight >= 100 ? 'high' : 'medium',
    isRun: match.evidence.some(one => one.what.startsWith('command ')),
  }
}

/** The module whose evidence weighs most, after those that another one stands above. */
function ranked(
  modules: readonly Module[],
  match: (module: Module) => Match | undefined,
): { module: Module; match: Match } | undefined {
  const all = modules.flatMap(module => {
    const found = match(module)
    return found ? [{ module, match: found }] : []
  })
  const beaten = new Set(all.flatMap(one => one.module.manifest.evidence.over))
  return all.filter(one => !beaten.has(one.module.id)).sort((a, b) => b.match.weight - a.match.weight)[0]
}

/** The framework of a project; a plain language or plain HTTP only where no module knows the framework. */
export function appOf(
  project: Project,
  facts: Facts | undefined,
  modules: readonly Module[],
): Kind | undefined {
  const apps = modules.filter(module => module.manifest.layer === 'app')
  const match = (module: Module): Match | undefined => matchApp(module.manifest.evidence, facts, project)
  const isLast = (module: Module): boolean => module.id === FALLBACK
  const found =
    ranked(
      apps.filter(module => !isLast(module)),
      match,
    ) ?? ranked(apps.filter(isLast), match)
  if (!found) return undefined
  const { module, match: matched } = found
  const named = dependenciesIn(module.manifest.evidence.dependencies, project)[0]
  return {
    module: isLast(module) ? languageOf(named?.dependency.ecosystem, modules, module) : module,
    project,
    package: named?.package,
    evidence: matched.evidence,
    confidence: isLast(module) ? 'medium' : matched.weight >= 20 ? 'high' : 'low',
  }
}

/** What is watched of an app in some language, when nothing is known but that. */
const languageOf = (
  ecosystem: Ecosystem | undefined,
  modules: readonly Module[],
  otherwise: Module,
): Module =>
  modules.find(one => ecosystem !== undefined && one.manifest.evidence.fallback.includes(ecosystem)) ??
  otherwise

const CONFIDENCES: readonly Confidence[] = ['high', 'medium', 'low']

/** Of several projects, the first that serves requests; a front end only where none does. */
function appAmong(candidates: Candidates, facts: Facts, knowledge: Knowledge): Verdict | undefined {
  const fronts = knowledge.seen.filter(rule => rule.beats === 'nothing')
  for (const projects of [() => candidates.own, candidates.below]) {
    const found = projects().flatMap(project => appOf(project, facts, knowledge.modules) ?? [])
    const best = CONFIDENCES.flatMap(level => found.find(one => one.confidence === level) ?? [])[0]
    if (best) return best
    const front = projects().flatMap(project => seenAs(fronts, facts, project) ?? [])[0]
    if (front) return front
  }
  return undefined
}

/** An image that gives no port away has the one by which the others call it. */
function called(service: ComposeService, facts: Facts, calls: Calls): Facts {
  const value = calls.portOf(service)
  return facts.ports.length + facts.exposed.length > 0 || value === undefined
    ? facts
    : { ...facts, ports: [{ value, source: facts.place }] }
}

/** `FROM php:8-fpm` and `CMD php artisan serve`: the command, where it starts a framework, says more than the image. */
function startsApp(candidates: Candidates, facts: Facts, knowledge: Knowledge): boolean {
  return (
    facts.dockerfile !== undefined &&
    candidates.own.some(project =>
      appOf(project, facts, knowledge.modules)?.evidence.some(one => one.what.startsWith('command ')),
    )
  )
}

function guess(modules: readonly Module[], facts: Facts): Verdict | undefined {
  const claims = (port: number): number =>
    modules.filter(one => one.manifest.evidence.ports.includes(port)).length
  const isTelling = (port: number): boolean => !COMMON_PORTS.has(port) && claims(port) === 1
  const found = ranked(modules, module =>
    module.manifest.layer === 'app' ? undefined : matchGuess(module.manifest.evidence, facts, isTelling),
  )
  return (
    found && {
      module: found.module,
      project: undefined,
      package: undefined,
      evidence: found.match.evidence,
      confidence: 'low',
    }
  )
}

/** Built here, in whatever language, and it listens: it answers something, most likely HTTP. */
function answering(
  service: ComposeService,
  facts: Facts,
  modules: readonly Module[],
  project: Project | undefined,
  view: RepoView,
): Verdict | undefined {
  const last = modules.find(one => one.id === FALLBACK)
  const isBuilt = service.build !== undefined && facts.dockerfile !== undefined
  if (!last || (!isBuilt && !project)) return undefined
  const [port = told(service) ?? (project && listening(project, view))] = [...facts.ports, ...facts.exposed]
  const proxied = [...service.labels.keys()].find(label => /^(traefik|caddy)\b/.test(label))
  if (!port && proxied === undefined) return undefined
  const evidence = port
    ? { source: port.source, what: `port ${port.value} of what is built here` }
    : { source: service.source('labels'), what: `label ${proxied}` }
  const module = languageOf(project?.ecosystem, modules, last)
  return { module, project, package: undefined, evidence: [evidence], confidence: 'low' }
}

/** PORT in its environment, where it is none for UDP. */
function told(service: ComposeService): Seen<number> | undefined {
  const port = Number(service.environment.get('PORT')?.value)
  return port > 0 && !service.datagrams.includes(port)
    ? { value: port, source: service.source('environment') }
    : undefined
}

function unknown(service: ComposeService, facts: Facts): Verdict {
  const [image] = facts.images
  if (service.build && !facts.dockerfile)
    return {
      reason: `its Dockerfile is not in the repo (${service.build.dockerfile})`,
      source: service.source('build'),
      part: undefined,
    }
  if (service.build)
    return {
      reason: 'nothing here says that it answers requests',
      source: service.source('build'),
      part: undefined,
    }
  const reason = image ? `vigie does not know the image ${image.value}` : 'it has no image and no build'
  return { reason, source: image?.source ?? service.source(), part: undefined }
}
