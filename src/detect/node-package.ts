import { posix } from 'node:path'
import type { RepoView } from './repo.ts'

export interface NodeManifest {
  readonly path: string
  readonly dependencies: ReadonlySet<string>
}

/** The package.json of a build context; a broken one counts as absent. */
export function readManifest(view: RepoView, context: string): NodeManifest | undefined {
  const path = posix.join(context, 'package.json')
  const text = view.read(path)
  if (text === undefined) return undefined
  try {
    const data: unknown = JSON.parse(text)
    const dependencies =
      typeof data === 'object' && data !== null && 'dependencies' in data ? data.dependencies : {}
    return { path, dependencies: new Set(Object.keys(dependencies ?? {})) }
  } catch {
    return undefined
  }
}
