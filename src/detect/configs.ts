import { posix } from 'node:path'
import type { ComposeService } from './compose/service.ts'
import type { Facts, Seen } from './facts.ts'
import type { RepoView } from './repo.ts'

const MOST = 200
const COMMENT = /^\s*(#|;|\/\/|<!--)/

/** The first of these words in the files that configure a service: those that it mounts, and those that its image is given. */
export function configWord(
  words: readonly string[],
  service: ComposeService,
  { dockerfile }: Facts,
  view: RepoView,
): Seen | undefined {
  if (words.length === 0) return undefined
  const context = service.build?.context ?? '.'
  const copied = (dockerfile?.copies ?? []).map(path => posix.join(context, path))
  const paths = [...service.mounts.map(mount => mount.source), ...copied].flatMap(path => below(path, view))
  for (const path of paths.slice(0, MOST)) {
    for (const [index, line] of (view.read(path) ?? '').split('\n').entries()) {
      const value = COMMENT.test(line) ? undefined : words.find(word => line.includes(word))
      if (value !== undefined) return { value, source: `${path}:${index + 1}` }
    }
  }
  return undefined
}

const below = (path: string, view: RepoView): string[] =>
  view.isFolder(path) ? view.filesIn(path).map(file => posix.join(path, file)) : [path]
