import { posix } from 'node:path'
import { above } from '../../above.ts'
import type { Facts } from '../../facts.ts'
import type { Dependency } from '../../manifests/dependency.ts'
import { importedBeside } from '../../manifests/imports.ts'
import type { Project, Projects } from '../../manifests/projects.ts'
import { finalCommand } from '../../program/command.ts'
import { importOf } from '../imports.ts'
import { entryOf } from './entry.ts'
import { followNpm } from './npm.ts'
import { followPypi } from './pypi.ts'

/** What a file is followed in. */
export interface Followed {
  /** Those of the project. */
  readonly files: ReadonlySet<string>
  /** Where its program starts. */
  readonly entry: string
  /** Whether a package stands in this repo, outside the project. */
  readonly isOwnPackage: (name: string) => boolean
}

const CODE = /\.(py|[cm]?[jt]sx?|vue|svelte)$/
const MOST_FILES = 500

/**
 * Of a project with several programs in Node.js or Python, what belongs to the one that a service starts: the file that its command names,
 * and what that loads. The whole project where that cannot be followed to its end.
 */
export function ofProgram(project: Project, facts: Facts, projects: Projects): Project {
  const entry = entryOf(finalCommand(facts, project), project)
  if (entry === undefined) return project
  const follow = entry.endsWith('.py') ? followPypi : followNpm
  const files = new Set(project.files)
  const isOwnPackage = (name: string): boolean => projects.named(name) !== undefined
  const reached = new Set([entry])
  for (const path of reached) {
    const text = projects.view.read(posix.join(project.folder, path))
    const next = text === undefined ? undefined : follow(path, text, { files, entry, isOwnPackage })
    if (next === undefined || reached.size > MOST_FILES) return started(project, entry, reached, projects)
    for (const one of next) reached.add(one)
  }
  return {
    ...started(project, entry, reached, projects),
    isFollowed: true,
    files: project.files.filter(file => !CODE.test(file) || reached.has(file)),
  }
}

/** A project that starts from a file: what its program loads is no tool of development, wherever the manifest has it. */
function started(project: Project, entry: string, reached: ReadonlySet<string>, projects: Projects): Project {
  const { view } = projects
  const texts = [...reached].map(path => view.read(posix.join(project.folder, path)) ?? '')
  const paths = [...reached].map(path => posix.join(project.folder, path))
  const isLoaded = (one: Dependency): boolean => texts.some(text => importOf(one)?.test(text) === true)
  const beside = entry.endsWith('.py')
    ? importedBeside(paths, project.dependencies, view)
    : installedAbove(project, projects).filter(isLoaded)
  return {
    ...project,
    entry,
    dependencies: [
      ...project.dependencies.map(one => (one.dev && isLoaded(one) ? { ...one, dev: false } : one)),
      ...beside.map(one => ({ ...one, dev: false })),
    ],
  }
}

/** What the manifests of the folders above ask for: Node.js looks for packages there too, as in the root of a workspace. */
function installedAbove({ folder, dependencies }: Project, projects: Projects): Dependency[] {
  const own = new Set(dependencies.map(one => one.name))
  return above(folder)
    .slice(1)
    .flatMap(one => projects.at(one)?.dependencies ?? [])
    .filter(one => one.ecosystem === 'npm' && !own.has(one.name))
}
