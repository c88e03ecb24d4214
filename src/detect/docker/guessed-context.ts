import { posix } from 'node:path'
import type { Projects } from '../manifests/projects.ts'
import type { RepoView } from '../repo.ts'
import { parseDockerfile } from './dockerfile.ts'

/**
 * The folder of the Dockerfile, or the one above it whose files it copies: in a workspace that is the root. Where neither has them all,
 * the project that does.
 */
export function contextOf(dockerfile: string, projects: Projects, view: RepoView): string {
  const copies = parseDockerfile(dockerfile, view.read(dockerfile) ?? '')?.copies ?? []
  const parts = posix.dirname(dockerfile).split('/')
  const above = [
    ...new Set([...parts.map((_, index) => parts.slice(0, parts.length - index).join('/')), '.']),
  ]
  const named = copies.filter(path => !path.includes('*') && !WHOLE.test(path))
  const found = (folder: string): number =>
    named.filter(path => has(posix.join(folder, path), view)).length +
    (named.length < copies.length && isProject(folder, projects) ? 1 : 0)
  const best = mostOf(above, found)
  if (named.every(path => has(posix.join(best, path), view))) return best
  return mostOf([best, ...[...projects.folders().keys()].slice(0, MOST_FOLDERS)], found)
}

/** The build context as the source of a COPY. */
const WHOLE = /^\.?\/?$/
const MOST_FOLDERS = 200

const mostOf = (folders: readonly string[], count: (folder: string) => number): string =>
  folders
    .map(folder => ({ folder, count: count(folder) }))
    .reduce((best, one) => (one.count > best.count ? one : best)).folder

const isProject = (folder: string, projects: Projects): boolean => projects.folders().has(folder)
const has = (path: string, view: RepoView): boolean => view.exists(path) || view.isFolder(path)
