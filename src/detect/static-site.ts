import { posix } from 'node:path'
import type { Module } from '../core/modules/module.ts'
import type { ComposeService } from './compose/service.ts'
import type { Dockerfile } from './dockerfile.ts'
import type { Facts } from './facts.ts'
import type { RepoView } from './repo.ts'
import type { Aside } from './verdict.ts'

/** A web server with the output of a front end's build in it, and nothing behind it. */
export function staticSite(
  service: ComposeService,
  facts: Facts,
  module: Module,
  view: RepoView,
): Aside | undefined {
  const { dockerfile } = facts
  if (module.manifest.layer !== 'proxy' || !dockerfile || service.build?.context === undefined)
    return undefined
  if (/(^|[/-])php([:-]|$)/.test(dockerfile.base ?? '')) return undefined
  const builder = dockerfile.copiedFrom.find(from =>
    /(^|\/)(node|bun|oven\/bun|denoland\/deno|hugomods\/\w+|ruby|python)(:|@|$)/.test(from),
  )
  if (builder === undefined) return undefined
  const proxies = [service.build.dockerfile, ...configsOf(service, dockerfile, view)].some(path =>
    /\b(proxy_pass|fastcgi_pass|uwsgi_pass|grpc_pass|reverse_proxy)\b/.test(view.read(path) ?? ''),
  )
  if (proxies) return undefined
  return {
    reason: `it serves what ${builder} built: a static site, with nothing to watch but the files`,
    source: dockerfile.baseSource,
    part: undefined,
  }
}

const CONFIG = /\.conf(\.template)?$|Caddyfile$/

/** The configuration that is copied and mounted by name; where none is, all below the build context. */
function configsOf(service: ComposeService, dockerfile: Dockerfile, view: RepoView): string[] {
  const context = service.build?.context ?? '.'
  const within = (paths: readonly string[]): string[] =>
    paths.filter(path => CONFIG.test(path)).map(path => posix.join(context, path))
  const copied = within(dockerfile.copies).filter(path => view.exists(path))
  const mounted = service.mounts.map(one => one.source)
  return [
    ...(copied.length > 0 ? copied : within(view.filesIn(context))),
    ...mounted.filter(one => CONFIG.test(one)),
  ]
}
