import { posix } from 'node:path'
import type { Module } from '../core/modules/module.ts'
import type { ComposeService } from './compose/service.ts'
import { filesAt } from './configs.ts'
import type { Facts } from './facts.ts'
import type { RepoView } from './repo.ts'
import type { Aside } from './verdict.ts'

/** What a web server hands on to something behind it, or makes itself; or that somebody wants its numbers. */
const DYNAMIC =
  /\b(proxy_pass|fastcgi_pass|uwsgi_pass|scgi_pass|grpc_pass|memcached_pass|by_lua\w*|js_content|stub_status|rtmp|reverse[_-]proxy|php_fastcgi|php_server|forward_auth|ProxyPass\w*|RewriteRule\s.*\[[^\]]*P|SetHandler|server-status|wsgi\w+)\b|\bproxy\s+\//
/** Where web servers keep their configuration and their files. */
const PLACES = /^\/(etc\/(nginx|caddy|apache2|httpd)|usr\/local\/(apache2|openresty)|opt\/bitnami|config|$)/
/** What is served, or built into what is served. */
const SERVED =
  /\.(html?|css|s[ac]ss|less|[cm]?[jt]sx?|vue|svelte|astro|map|json|lock|xml|svg|png|jpe?g|gif|webp|avif|ico|pdf|md|mdx|txt|csv|woff2?|ttf|eot|otf|mp[34]|webm|wasm|cs|cshtml|razor|csproj|dart)$/i
const COMMENTS = /^[ \t]*#.*$/gm
const PROGRAMS = /\.(php|py|cgi|pl|rb)$/i
const MOST_FILES = 300

/**
 * A web server that hands nothing on: all that it is given stands in the repo, and none of it names something behind it. An image
 * that is pulled and given nothing may be anything.
 */
export function staticSite(
  service: ComposeService,
  facts: Facts,
  module: Module,
  view: RepoView,
): Aside | undefined {
  const { dockerfile } = facts
  const base = dockerfile?.base ?? service.image ?? ''
  const isAlone = !WEB_SERVERS.test(base) && STARTED.test(facts.command?.value ?? '')
  if (module.manifest.layer !== 'proxy' || !(isAlone || WEB_SERVERS.test(base))) return undefined
  const isPhp = PHP.test(base)
  if (service.unseen.some(target => PLACES.test(target) || (isPhp && target.startsWith('/var/www'))))
    return undefined
  if (mayRunMore(base, facts)) return undefined
  const all = givenTo(service, facts, view)
  const given = all?.filter(path => !SERVED.test(path))
  if (given === undefined || given.length > MOST_FILES) return undefined
  if (isPhp && !all?.some(path => /\.html?$/.test(path))) return undefined
  if (!isAlone && !HANDS_ON.test(base) && given.some(path => PROGRAMS.test(path))) return undefined
  const texts = [
    facts.command?.value ?? '',
    ...given.map(path => (view.read(path) ?? '').replace(COMMENTS, '')),
  ]
  if (texts.some(text => DYNAMIC.test(text) || (isPhp && FETCHES.test(text)))) return undefined
  return {
    reason: 'it serves files and hands nothing on: a static site, with nothing to watch but the files',
    source: dockerfile?.baseSource ?? service.source('image'),
    part: undefined,
  }
}

/** Whether another program is started beside the web server. What is installed beside nginx is for what fetches certificates, unless a script starts it. */
function mayRunMore(base: string, { command, packages }: Facts): boolean {
  const said = command?.value ?? ''
  const isAll = HANDS_ON.test(base) && /nginx -g|caddy run|^$/.test(said)
  return PROGRAM.test(said) || (!isAll && packages.some(one => PROGRAM.test(one.value)))
}

/** Images that proxy for a living stay out: their configuration is in labels, a database or variables. */
const WEB_SERVERS =
  /(^|\/)(nginx|nginx-unprivileged|httpd|apache2?|caddy|debian|ubuntu|alpine|fedora|openresty|php:[\w.-]*apache[\w.-]*)(:|@|$)/
/** Apache with PHP, which only serves files where some are given, and the build neither fetches what it might run nor adds to PHP. */
const PHP = /(^|\/)php:[\w.-]*apache/
const FETCHES = /\b(curl|wget|git|composer|unzip|tar|svn|pecl)\b|docker-php-ext/
/** These run no programs themselves, whatever lies among their files. */
const HANDS_ON = /(^|\/)(nginx|nginx-unprivileged|caddy)(:|@|$)/
/** The web server is all that it runs, in whatever image: the one that built the pages. */
const STARTED = /^\S*(nginx -g|httpd-foreground|apache2-foreground|caddy (run|file-server))/
/** A program of another language beside the web server. */
const PROGRAM = /\b(node|npm|python\d?|gunicorn|uvicorn|php|php-fpm[\d.]*|java|ruby|puma|supervisord)\b/

/**
 * The files of the repo that are copied into its image or mounted, its Dockerfile among them; undefined where one of them is not here, or
 * nothing is given.
 */
function givenTo(service: ComposeService, { dockerfile }: Facts, view: RepoView): string[] | undefined {
  const { build, mounts } = service
  const context = build?.context
  if (build && (!dockerfile || context === undefined)) return undefined
  if (mounts.some(one => PLACES.test(one.target) && !view.exists(one.source))) return undefined
  const copied = (dockerfile?.given ?? []).map(path =>
    posix.join(context ?? '.', path.replace(/\/?[^/]*\*.*$/, '') || '.'),
  )
  const paths = [...copied, ...mounts.map(one => one.source)]
  if (!build && paths.length === 0) return undefined
  return [...(build ? [build.dockerfile] : []), ...new Set(paths.flatMap(path => filesAt(path, view)))]
}
