import { posix } from 'node:path'
import type { Ecosystem } from '../core/modules/manifest.ts'
import type { Module } from '../core/modules/module.ts'
import { servesFront } from './code/answers.ts'
import type { Candidates } from './code/candidates.ts'
import { isImported, isLoadedByEntry } from './code/imports.ts'
import type { Confidence } from './detection.ts'
import { dashed } from './docker/own-image.ts'
import { dependenciesIn, type Match, matchApp } from './evidence.ts'
import type { Facts } from './facts.ts'
import type { Dependency } from './manifests/dependency.ts'
import type { Project } from './manifests/projects.ts'
import { finalCommand } from './program/command.ts'
import { ranked } from './ranked.ts'
import type { RepoView } from './repo.ts'
import { seenAs } from './seen.ts'
import type { Kind, Knowledge, Verdict } from './verdict.ts'

/** Detection's last resort: a service that answers requests and is nothing more particular. */
export const FALLBACK = 'http'

/** The framework of a project; a plain language or plain HTTP only where no module knows the framework. */
export function appOf(
  project: Project,
  facts: Facts | undefined,
  modules: readonly Module[],
  view: RepoView,
): Kind | undefined {
  const apps = modules.filter(module => module.manifest.layer === 'app')
  const match = (module: Module): Match | undefined => matchApp(module.manifest.evidence, facts, project)
  const isLast = (module: Module): boolean => module.id === FALLBACK
  const framework = ranked(
    apps.filter(module => !isLast(module)),
    match,
  )
  const other = ranked(apps.filter(isLast), match)
  const isOther =
    other !== undefined &&
    !(framework && isTold(framework.match)) &&
    (isTold(other.match) || (framework !== undefined && isNearer(other.match, framework.match, project)))
  const found = isOther ? other : (framework ?? other)
  if (!found) return undefined
  const { module, match: matched } = found
  const all = dependenciesIn(module.manifest.evidence.dependencies, project)
  const command = facts?.command && finalCommand(facts, project)
  // What serves is often named by the command alone; in Python it is named by that or imported.
  const isSure = ({ dependency: { ecosystem, name } }: (typeof all)[number]): boolean =>
    isLast(module) && (ecosystem !== 'pypi' || command === undefined || command.includes(name))
  const isUsed = (one: (typeof all)[number]): boolean =>
    (isSure(one) || isImported(one.dependency, project, view)) &&
    (module.manifest.evidence.commands.length === 0 ||
      isLast(module) ||
      isLoadedByEntry(one.dependency, project, view))
  const unused = isTold(matched) ? [] : all.filter(one => !isUsed(one))
  if (unused.length > 0 && unused.length === all.length)
    return appOf(without(project, unused), facts, modules, view)
  const [named] = all
  return {
    module: isLast(module) ? moduleOfLanguage(named?.dependency.ecosystem, modules, module) : module,
    project,
    package: named?.package,
    evidence: matched.evidence,
    confidence: isLast(module) ? 'medium' : matched.weight >= 20 ? 'high' : 'low',
  }
}

/** In Rust, whether a project asks for one framework itself, and only a crate of the repo that it uses for the other. */
function isNearer(one: Match, other: Match, { ecosystem, folder }: Project): boolean {
  const isOwn = (match: Match): boolean =>
    match.evidence.some(({ source }) => posix.dirname(source.replace(/:\d+$/, '')) === folder)
  return ecosystem === 'cargo' && isOwn(one) && !isOwn(other)
}

/** Whether a command, a variable or a file of the framework says it too. */
const isTold = (match: Match): boolean => match.evidence.length > 1 && match.weight >= 25

const without = (project: Project, unused: readonly { readonly dependency: Dependency }[]): Project => ({
  ...project,
  dependencies: project.dependencies.filter(one => !unused.some(({ dependency }) => dependency === one)),
})

/** What is watched of an app in some language, when nothing is known but that. */
export const moduleOfLanguage = (
  ecosystem: Ecosystem | undefined,
  modules: readonly Module[],
  otherwise: Module,
): Module =>
  modules.find(one => ecosystem !== undefined && one.manifest.evidence.fallback.includes(ecosystem)) ??
  otherwise

const CONFIDENCES: readonly Confidence[] = ['high', 'medium', 'low']

/** Of several projects, the first that serves requests; a front end only where none does. */
export function appAmong(
  candidates: Candidates,
  facts: Facts,
  knowledge: Knowledge,
  view: RepoView,
): Verdict | undefined {
  const fronts = knowledge.seen.filter(rule => rule.beats === 'nothing')
  const named = candidates.own.find(one => isNamed(one, facts))
  const isPart = ({ folder }: Project): boolean => !named || folder.startsWith(`${named.folder}/`)
  for (const projects of [() => candidates.own, () => candidates.below().filter(isPart)]) {
    const found = projects().flatMap(project => appOf(project, facts, knowledge.modules, view) ?? [])
    const best = CONFIDENCES.flatMap(level => found.find(one => one.confidence === level) ?? [])[0]
    if (best) return best
    const [likeliest, ...others] = projects()
    const some = likeliest && isNamed(likeliest, facts) ? [likeliest] : [likeliest, ...others]
    const isServed = (project: Project): boolean =>
      servesFront(finalCommand(facts, project), project, knowledge.modules, view)
    const front = some.flatMap(one => (one && !isServed(one) && seenAs(fronts, facts, one)) || [])[0]
    if (front) return front
  }
  return undefined
}

/** A folder of a project that has the name of the service. */
const isNamed = (project: Project, facts: Facts): boolean =>
  dashed(project.folder).split('/').includes(dashed(facts.name))

/** `FROM php:8-fpm` and `CMD php artisan serve`: the command, where it starts a framework, says more than the image. */
export function startsApp(
  candidates: Candidates,
  facts: Facts,
  knowledge: Knowledge,
  view: RepoView,
): boolean {
  return (
    facts.dockerfile !== undefined &&
    candidates.own.some(project =>
      appOf(project, facts, knowledge.modules, view)?.evidence.some(one => one.what.startsWith('command ')),
    )
  )
}
