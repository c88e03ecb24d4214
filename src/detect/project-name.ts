import { basename, posix } from 'node:path'
import type { ComposeProject } from './compose/load.ts'
import type { RepoView } from './repo.ts'

/** Compose's rule for the name of a project: its `name:`, else COMPOSE_PROJECT_NAME in .env, else the folder's. */
export function projectName(view: RepoView, project: ComposeProject | undefined): string {
  const folder = posix.dirname(project?.files[0] ?? '.')
  const own = folder === '.' ? view.name : basename(folder)
  const name = project?.name ?? project?.set.get('COMPOSE_PROJECT_NAME') ?? own
  return (
    name
      .toLowerCase()
      .replace(/[^a-z0-9_-]/g, '')
      .replace(/^[_-]+/, '')
      .slice(0, 63) || 'app'
  )
}
