import { posix } from 'node:path'
import type { Manifest } from '../core/modules/manifest.ts'
import type { ComposeService } from './compose/service.ts'
import type { Seen } from './detection.ts'
import type { Facts } from './facts.ts'
import type { RepoView } from './repo.ts'

const MOST = 200
const COMMENT = /^\s*(#|;|\/\/|<!--)/

/** The first of these words in the files that configure a service: those that it mounts, and those that its image is given. */
export function configWord(
  words: readonly string[],
  service: ComposeService,
  facts: Facts,
  view: RepoView,
): Seen | undefined {
  if (words.length === 0) return undefined
  for (const path of configsOf(service, facts, view)) {
    for (const [index, line] of (view.read(path) ?? '').split('\n').entries()) {
      const value = COMMENT.test(line) ? undefined : words.find(word => line.includes(word))
      if (value !== undefined) return { value, source: `${path}:${index + 1}` }
    }
  }
  return undefined
}

/** The ports that the files which configure a service name, as far as those files are all there is; the usual one where they only imply it. */
export function listenedIn(
  { evidence: { listens: pattern }, port: usual }: Manifest,
  service: ComposeService,
  facts: Facts,
  view: RepoView,
): number[] {
  if (pattern === undefined) return []
  const given = configsOf(service, facts, view)
  // Beside files of their own there is still the one that the image came with.
  if (!given.some(path => MAIN.test(path)) && !service.mounts.some(one => MAIN.test(one.target))) return []
  const lines = new RegExp(pattern, 'gm')
  const ports = given
    .filter(path => !SERVED.test(path))
    .flatMap(path => [...(view.read(path) ?? '').matchAll(lines)].map(match => Number(match[1] ?? usual)))
  return [...new Set(ports)].filter(port => port > 0 && port < 65536)
}

/** The files by which a server is told all. */
const MAIN =
  /(nginx|default|haproxy|httpd|000-default|apache2?|(redis|valkey|keydb)[\w.-]*)\.(conf|cfg)(\.template)?$|pgbouncer\.ini$|\/conf\.d\/?$|(^|\/)Caddyfile[\w.-]*$/
const SERVED = /\.(html?|css|[cm]?[jt]sx?|json|md|svg|png|sh|ya?ml)$/i

const configsOf = (service: ComposeService, { dockerfile }: Facts, view: RepoView): string[] =>
  [
    ...service.mounts.map(mount => mount.source),
    ...(dockerfile?.given ?? []).map(path => posix.join(service.build?.context ?? '.', path)),
  ]
    .flatMap(path => filesAt(path, view))
    .slice(0, MOST)

/** A file by itself, or those below a folder. */
export const filesAt = (path: string, view: RepoView): string[] =>
  view.isFolder(path) ? view.filesIn(path).map(file => posix.join(path, file)) : [path]
