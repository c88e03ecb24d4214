import { posix } from 'node:path'
import type { Facts } from '../../facts.ts'
import type { Project, Projects } from '../../manifests/projects.ts'
import { finalCommand } from '../../program/command.ts'
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
  const whole = { ...project, entry }
  const follow = entry.endsWith('.py') ? followPypi : followNpm
  const files = new Set(project.files)
  const isOwnPackage = (name: string): boolean => projects.named(name) !== undefined
  const reached = new Set([entry])
  for (const path of reached) {
    const text = projects.view.read(posix.join(project.folder, path))
    const next = text === undefined ? undefined : follow(path, text, { files, entry, isOwnPackage })
    if (next === undefined || reached.size > MOST_FILES) return whole
    for (const one of next) reached.add(one)
  }
  return { ...whole, files: project.files.filter(file => !CODE.test(file) || reached.has(file)) }
}
