import { posix } from 'node:path'
import type { Ecosystem } from '../core/modules/manifest.ts'
import type { ComposeService } from './compose/service.ts'
import { codeFolders, type Facts, finalCommand } from './facts.ts'
import { ofGoProgram } from './go-main.ts'
import { imageRepository } from './image.ts'
import { importedIn } from './manifests/imports.ts'
import type { Project, Projects } from './manifests/projects.ts'
import type { RepoView } from './repo.ts'

/** Where the code may be: what is built or mounted, or else one of the projects below it, the one of a like name first. */
export function projectsOf(
  service: ComposeService,
  facts: Facts,
  projects: Projects,
  view: RepoView,
): Candidates {
  const at = (folders: readonly string[]): Project[] => folders.flatMap(folder => projects.at(folder) ?? [])
  const { named, all } = codeFolders(service, facts, view)
  const own = ofRuntime(at(all), facts)
    .sort((a, b) => likeness(b.folder, service.name) - likeness(a.folder, service.name))
    .map(project => ofGoProgram(project, service.build?.context ?? '.', facts, view))
  const under = (named.length > 0 ? named : all).flatMap(folder => projects.below(folder, 3))
  const below = under.filter(folder => !all.includes(folder))
  const elsewhere =
    own.length + below.length > 0
      ? undefined
      : (projectNamed(service, projects) ?? withoutManifest(facts, all, view))
  return {
    own: [...own, ...(elsewhere ? [elsewhere] : [])],
    below: () => (below.length > MOST ? ofProgram(facts, projects) : at(likeName(below, service.name))),
  }
}

/** Of more projects than these, only what it runs says which one it is. */
const MOST = 40

/** The project that makes the program it starts: the package `shop_server` for `/usr/local/bin/shop_server`. */
function ofProgram(facts: Facts, projects: Projects): Project[] {
  const [path = ''] = finalCommand(facts, undefined).split(/\s+/)
  return [projects.named(posix.basename(path)) ?? []].flat()
}

/** Code in an image of Python, and nothing that says what it needs. */
const withoutManifest = (facts: Facts, folders: readonly string[], view: RepoView): Project | undefined =>
  facts.images.some(one => PYTHON.test(imageRepository(one.value)))
    ? folders.map(folder => importedIn(folder, view)).find(project => project !== undefined)
    : undefined

const PYTHON = /(^|\/)(python|uv)$/

/** Images that run one language, by what its manifests are. */
const RUNTIMES: readonly (readonly [image: RegExp, ecosystem: Ecosystem])[] = [
  [/(^|\/)(node|bun)$/, 'npm'],
  [PYTHON, 'pypi'],
  [/(^|\/)golang$/, 'go'],
  [/(^|\/)php$/, 'composer'],
  [/(^|\/)ruby$/, 'gem'],
]

/** In an image of Node a Laravel project is its front end: of what is there, only what the image can run, if anything is. */
function ofRuntime(projects: readonly Project[], facts: Facts): Project[] {
  const found = RUNTIMES.find(([image]) => facts.images.some(one => image.test(imageRepository(one.value))))
  const runnable = projects.flatMap(project => {
    const dependencies = project.dependencies.filter(one => one.ecosystem === found?.[1])
    return dependencies.length > 0 ? [{ ...project, ecosystem: found?.[1], dependencies }] : []
  })
  return runnable.length > 0 ? runnable : projects.filter(one => !found || mayRun(one, found[1], facts))
}

/** A Go program comes into an image of Python only from a stage that compiles it. */
const mayRun = (project: Project, runtime: Ecosystem, facts: Facts): boolean =>
  project.ecosystem !== 'go' ||
  runtime === 'go' ||
  facts.dockerfile === undefined ||
  facts.dockerfile.copiedFrom.length > 0

/** Projects that a service may be built from. */
export interface Candidates {
  readonly own: readonly Project[]
  readonly below: () => readonly Project[]
}

/** What is built elsewhere, in CI for example, from a folder of this repo that has the name of the image or of the context. */
function projectNamed(service: ComposeService, projects: Projects): Project | undefined {
  const last = (path: string): string => path.split('/').at(-1) ?? ''
  const image = last(imageRepository(service.image ?? ''))
  const context = last(service.build?.context ?? '')
  const start = image.indexOf(`-${service.name}`) + 1
  const part = start > 0 ? [service.name, image.slice(start)] : []
  const names = [image, context, ...part].filter(name => name !== '' && name !== '.')
  const folder = [...projects.folders().keys()].find(one => names.includes(last(one)))
  if (folder !== undefined) return projects.at(folder)
  const isWhole = projects.repoNames().some(name => names.includes(name))
  return isWhole ? projects.at('.') : image === '' ? undefined : projects.named(image)
}

const likeName = (folders: readonly string[], name: string): string[] =>
  [...folders].sort((a, b) => likeness(b, name) - likeness(a, name))

/** 2 where a part of the path is the name, 1 where one holds the other. */
function likeness(folder: string, name: string): number {
  const parts = folder.split('/').filter(part => part.length > 2)
  if (parts.includes(name)) return 2
  return parts.some(part => name.includes(part) || part.includes(name)) ? 1 : 0
}
