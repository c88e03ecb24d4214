import { posix } from 'node:path'
import type { Ecosystem } from '../../core/modules/manifest.ts'
import type { ComposeService } from '../compose/service.ts'
import { makerOf } from '../docker/build-tools.ts'
import { hasOwnRegistry, imageRepository, isBare, languageOfImages } from '../docker/image.ts'
import { isLocal } from '../docker/library.ts'
import { dashed, imageName, isTelling, originOf } from '../docker/own-image.ts'

import type { Facts } from '../facts.ts'
import { isRuntime } from '../guess.ts'
import { importedIn, TELLING } from '../manifests/imports.ts'
import type { Project, Projects } from '../manifests/projects.ts'
import { finalCommand, isOtherLanguage, languageOf, taskOf } from '../program/command.ts'
import type { RepoView } from '../repo.ts'
import { codeFolders, startFolders, workFolder } from './folders.ts'
import { ofGoProgram } from './go-main.ts'
import { entryOf, nearness } from './reach/entry.ts'
import { ofProgram } from './reach/reached.ts'
import { argued, entered, targeted, workspaceOf } from './workspace.ts'

/** Where the code may be: what is built or mounted, or else one of the projects below it, the one of a like name first. */
export function projectsOf(
  service: ComposeService,
  facts: Facts,
  projects: Projects,
  view: RepoView,
): Candidates {
  if (isProduct(service) || isOtherLanguage(facts)) return { own: [], below: () => [] }
  const at = (folders: readonly string[]): Project[] => folders.flatMap(folder => projects.at(folder) ?? [])
  const workspace =
    workspaceOf(taskOf(facts), service.build?.context ?? '.', projects) ??
    workFolder(service, facts, view).flatMap(folder => projects.at(folder) ?? [])[0] ??
    argued(service, projects) ??
    targeted(service, facts, projects) ??
    startedIn(service, facts, view)
  const programOf = (project: Project): Project =>
    ofProgram(
      ofGoProgram(atHome(project, service, facts, view), service.build?.context ?? '.', facts, view),
      facts,
      projects,
    )
  if (workspace) return { own: [programOf(workspace)], below: () => [] }
  const { roots, all } = codeFolders(service, facts, view)
  const language = languageOf(facts)
  const near = (project: Project): number => nearness(finalCommand(facts, project), project)
  const byStart = (a: Project, b: Project): number =>
    near(b) - near(a) || (near(a) < 0 ? 0 : depth(b.folder) - depth(a.folder))
  const under = roots.flatMap(folder => projects.below(folder, 3)).filter(folder => !all.includes(folder))
  const isBelow = under.some(folder => projects.ecosystem(folder) === language)
  const own = ofLanguage(at(all), language)
    .filter(one => !isBelow || mayBe(one.ecosystem, language))
    .sort((a, b) => likeness(b.folder, service.name) - likeness(a.folder, service.name))
    .map(project => entered(project, facts, projects))
    .sort(byStart)
    .filter((project, _, [first]) => first === undefined || near(first) < 1 || near(project) > 0)
    .map(programOf)
  const isThere = own.length > 0 || under.some(folder => mayBe(projects.ecosystem(folder), language))
  const elsewhere = isThere
    ? undefined
    : (makerOf(service, projects) ??
      projectNamed(service, projects) ??
      jarred(facts, projects) ??
      holding(facts, language, projects) ??
      withoutManifest(language, all, facts, view) ??
      onlyOne(service, facts, projects))
  return {
    own: [...own, ...(elsewhere ? [programOf(elsewhere)] : [])],
    below: () =>
      under.length > MOST
        ? making(facts, projects)
        : ofLanguage(at(likeName(under, service.name)), language)
            .sort(byStart)
            .map(project => ofProgram(project, facts, projects)),
  }
}

/** Requirements that stand beside the code: the program is where the command says, below the build context. */
function atHome(project: Project, { build }: ComposeService, facts: Facts, view: RepoView): Project {
  const folder = build?.context
  const command = finalCommand(facts, project)
  if (folder === undefined || project.ecosystem !== 'pypi' || entryOf(command, project) !== undefined)
    return project
  const whole = { ...project, folder, files: view.filesIn(folder) }
  return entryOf(command, whole) === undefined ? project : whole
}

/** Code that needs no Dockerfile to be found: the folder in which the command starts has the file that it names. */
function startedIn(service: ComposeService, facts: Facts, view: RepoView): Project | undefined {
  const language = languageOf(facts)
  if (facts.dockerfile !== undefined || service.build === undefined || language === undefined)
    return undefined
  return startFolders(service, facts, view)
    .flatMap(folder => importedIn(folder, language, view) ?? [])
    .find(project => entryOf(finalCommand(facts, project), project) !== undefined)
}

/** The one project of the repo that has the file which the command names: whoever builds it does so from elsewhere. */
function holding(facts: Facts, language: Ecosystem | undefined, projects: Projects): Project | undefined {
  const command = finalCommand(facts, undefined)
  const folders = [...projects.folders().keys()]
  if (facts.command === undefined || language === undefined || folders.length > MOST) return undefined
  const found = folders
    .flatMap(folder => projects.at(folder) ?? [])
    .filter(one => one.ecosystem === language && nearness(command, one) > 0)
  const [only, ...others] = found
  return only !== undefined && others.length === 0 ? ofProgram(only, facts, projects) : undefined
}

/** What is mounted into a product of Docker's own, Solr for example, only configures it. */
function isProduct({ build, image = '' }: ComposeService): boolean {
  const repository = imageRepository(image)
  return build === undefined && !repository.includes('/') && !isLocal(image) && !isRuntime(repository)
}

/** Of more projects than these, only what it runs says which one it is. */
const MOST = 40

/** The project that makes the program it starts: the package `shop_server` for `/usr/local/bin/shop_server`. */
function making(facts: Facts, projects: Projects): Project[] {
  const [path = ''] = finalCommand(facts, undefined).split(/\s+/)
  return [projects.named(posix.basename(path)) ?? []].flat()
}

/** Code, and nothing that says what it needs: that of the language which the image or the command names, or else of any. */
function withoutManifest(
  language: Ecosystem | undefined,
  folders: readonly string[],
  facts: Facts,
  view: RepoView,
): Project | undefined {
  const isOpen = facts.images.every(one => isBare(imageRepository(one.value)))
  const languages = language ? [language] : isOpen ? TELLING : []
  const found = folders.flatMap(folder => languages.flatMap(one => importedIn(folder, one, view) ?? []))
  return found.find(one => entryOf(finalCommand(facts, one), one) !== undefined) ?? found[0]
}

/**
 * What is built from a repo that has one project is built from that, wherever the build takes it from; so is what comes from a registry of
 * its own, and a jar that is put beside the Dockerfile before.
 */
function onlyOne(
  { build, image = '' }: ComposeService,
  facts: Facts,
  projects: Projects,
): Project | undefined {
  const isMade = build?.isGuess === true || (build === undefined && hasOwnRegistry(image)) || copiesJar(facts)
  const [folder, ...others] = isMade ? projects.folders().keys() : []
  return folder === undefined || others.length > 0 ? undefined : projects.at(folder)
}

const JAR = /([\w.-]+?)(-[\d.]+(-\w+)?)?\.[jw]ar$/
const LONGEST_NAME = 200
const copiesJar = ({ dockerfile }: Facts): boolean =>
  dockerfile?.copies.some(path => JAR.test(posix.basename(path))) === true

/** The project that makes the jar which is put beside the Dockerfile before, or started: `shop-api` of `java -jar shop-api-1.0-SNAPSHOT.jar`. */
function jarred(facts: Facts, projects: Projects): Project | undefined {
  const started = finalCommand(facts, undefined)
    .split(/\s+/)
    .filter(word => word.endsWith('.jar'))
  const files = [...(facts.dockerfile?.copies ?? []), ...started].map(path =>
    posix.basename(path).slice(0, LONGEST_NAME),
  )
  const names = files.flatMap(file => JAR.exec(file)?.[1] ?? [])
  return names.flatMap(name => projects.named(name) ?? []).find(one => one.ecosystem === 'maven')
}

const mayBe = (ecosystem: Ecosystem | undefined, language: Ecosystem | undefined): boolean =>
  language === undefined || ecosystem === language

/** In an image of Node a Laravel project is its front end: of what is there, only what the image can run, if anything is. */
function ofLanguage(projects: readonly Project[], language: Ecosystem | undefined): Project[] {
  const runnable = projects.flatMap(project => {
    const dependencies = project.dependencies.filter(one => one.ecosystem === language)
    return dependencies.length > 0 ? [{ ...project, ecosystem: language, dependencies }] : []
  })
  return runnable.length > 0 ? runnable : projects.filter(one => mayBe(one.ecosystem, language))
}

/** Projects that a service may be built from. */
export interface Candidates {
  readonly own: readonly Project[]
  readonly below: () => readonly Project[]
}

/** What is built elsewhere, in CI for example, from a folder of this repo that has the name of the image or of the context. */
function projectNamed(service: ComposeService, projects: Projects): Project | undefined {
  const origin = originOf(projects)
  const image = service.image === undefined ? '' : imageName(service.image)
  const isOwn = service.build !== undefined || isTelling(service.image ?? '', origin)
  const context = posix.basename(service.build?.context ?? '')
  const start = image.indexOf(`-${service.name}`) + 1
  const part = start > 0 ? [service.name, image.slice(start)] : []
  // What an image that only runs a language is given at its start is called like the service.
  const isRunHere = service.build === undefined && languageOfImages([service.image ?? '']) !== undefined
  const own = isRunHere ? [dashed(service.name)] : []
  const names = [...(isOwn ? [image, context] : []), ...part, ...own].filter(
    name => name !== '' && name !== '.',
  )
  const folder = [...projects.folders().keys()].find(one => names.includes(posix.basename(one)))
  if (folder !== undefined) return projects.at(folder)
  if (origin.names.some(name => names.includes(name))) return projects.at('.')
  return isOwn && image !== '' ? projects.named(image) : undefined
}

const depth = (folder: string): number => (folder === '.' ? 0 : folder.split('/').length)

const likeName = (folders: readonly string[], name: string): string[] =>
  [...folders].sort((a, b) => likeness(b, name) - likeness(a, name))

/** 2 where a part of the path is the name, 1 where one holds the other. */
function likeness(folder: string, service: string): number {
  const name = dashed(service)
  const parts = dashed(folder)
    .split('/')
    .filter(part => part.length > 2)
  if (parts.includes(name)) return 2
  return parts.some(part => name.includes(part) || part.includes(name)) ? 1 : 0
}
