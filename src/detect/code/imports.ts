import { posix } from 'node:path'
import type { Dependency } from '../manifests/dependency.ts'
import type { Project } from '../manifests/projects.ts'
import type { RepoView } from '../repo.ts'
import { codeOf, codeOfProject } from './files.ts'

/** So many other packages of a project have to be imported for its code to be all of it. */
const PROOF = 2
/** So many of them are looked for: each costs one reading of all code. */
const MOST_OTHERS = 200

/**
 * Whether code uses a package that a manifest asks for. One that nothing imports was left behind, or is for something else. Where not all
 * of the code can be read, or it uses little of what the manifest asks for, it is taken to.
 */
export function isImported(dependency: Dependency, project: Project, view: RepoView): boolean {
  const folder = posix.dirname(dependency.source.replace(/:\d+$/, ''))
  const own = codeOfProject(project, dependency.ecosystem)
  const asking = folder === project.folder ? [] : codeOf(folder, dependency.ecosystem, view)
  if (importOf(dependency) === undefined || own === undefined || asking === undefined) return true
  const texts = [...new Set([...own, ...asking])].map(path => view.read(path) ?? '')
  const imports = (one: Dependency): boolean => texts.some(text => importOf(one)?.test(text) === true)
  if (imports(dependency)) return true
  if (project.isFollowed && asking.length === 0) return false
  const others = project.dependencies
    .filter(one => one !== dependency && one.ecosystem === dependency.ecosystem)
    .slice(0, MOST_OTHERS)
  return others.filter(imports).length < PROOF
}

/** How the code of a language imports a package; undefined where that cannot be said by its name. */
export function importOf({ ecosystem, name }: Dependency): RegExp | undefined {
  const escaped = name.replace(/\[.*$/, '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  if (ecosystem === 'npm') return new RegExp(`['"\`]${escaped}(/(?!client)[^'"\`]*)?['"\`]`)
  if (ecosystem === 'pypi')
    return new RegExp(`^[ \\t]*(?:from|import)[ \\t]+${escaped.replaceAll('-', '_')}\\b`, 'm')
  return undefined
}

/**
 * Whether what a framework with a tool of its own makes is run by a file of the repo, which loads the framework then: `next` by `server.js`.
 * A file that loads nothing of it beside itself is another program of the same package.
 */
export function isLoadedByEntry({ ecosystem, name }: Dependency, project: Project, view: RepoView): boolean {
  const { entry } = project
  if (ecosystem !== 'npm' || entry === undefined) return true
  const beside = (codeOfProject(project, ecosystem) ?? []).filter(
    path => posix.dirname(path) === posix.dirname(posix.join(project.folder, entry)),
  )
  const bare = new RegExp(`['"\`]${name}['"\`]`)
  return beside.some(path => bare.test(view.read(path) ?? ''))
}
