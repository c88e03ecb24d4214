import { posix } from 'node:path'
import type { Seen } from '../detection.ts'
import type { Project } from '../manifests/projects.ts'
import { parseToml } from '../manifests/toml.ts'
import { fields, scalar } from '../record.ts'
import type { RepoView } from '../repo.ts'
import { yamlsIn } from '../yamls.ts'
import { isCalled, portOf } from './port.ts'

/** `config.yaml`, `conf/app.prod.toml`, `etc/user-api.yaml`: the first group is what comes between the name and its ending. */
const FILE =
  /^(?:.*\/)?(?:(?:config|conf|configs|configuration|settings|etc)\/[\w-]+|config|configuration|conf|settings|app|server|application|rocket)((?:[._-]\w+)?)\.(ya?ml|json|toml)$/i
/** Files that only resemble configuration, or that of a test. */
const ASIDE =
  /(^|\/)(node_modules|tests?|testdata|fixtures|docs?|public|assets|examples?|locales?|i18n|frontend|k8s|helm|charts?)\/|^(package|tsconfig|app\.json)|(^|[._-])(test|ci|e2e|staging|schema|lock)[._-]/i
/** The nearer to what runs in a container, the better. */
const ENVIRONMENTS: readonly RegExp[] = [/^$/, /prod|docker|release|live/i, /dev|local/i, /./]
const MOST_FILES = 20
const DEEPEST = 5

/** What a server is called in its own configuration; whatever else has a port is something that it calls. */
const SERVER =
  /^(?:(?:app|application|server|servers|http|https?server|web|webserver|api|apiserver|rest|service|system|gateway|listen|listener|hertz|gin|fiber|echo|main|base|common|basic|global|default|release|development|production|config)(?:config|conf|cfg|settings|options)?\.){0,3}(?:(?:http|web|api|rest|app|server|service|listen|listening|connweb|serverhttp|httpserver)?port|(?:http|web|listen|bind|server|httplisten)?(?:addr|address)|listen|bind|listenon)$/
const PORT = /^(?:(?:https?:\/\/)?(?:0\.0\.0\.0|localhost|127\.0\.0\.1|\*|\[::1?\])?:)?(\d{3,5})\/?$/
/** `${PORT:8080}` and `${PORT:-8080}`. */
const DEFAULT = /^\$\{\w+:-?([^}]*)\}$/

/**
 * Where a configuration file of an app's own making says that the app listens: YAML, JSON or TOML with a `port`, `addr` or `listen` at
 * the top or under what a server is called. Undefined where two files that are as good say different ports.
 */
export function ownConfig(project: Project, view: RepoView): Seen<number> | undefined {
  const said = filesOf(project).flatMap(({ file, rank }) => {
    const path = posix.join(project.folder, file)
    const port = portIn(path, view)
    return port === undefined ? [] : [{ rank, seen: { value: port, source: path } }]
  })
  const [best] = said
  const rivals = said.filter(one => one.rank === best?.rank)
  return rivals.every(one => one.seen.value === best?.seen.value) ? best?.seen : undefined
}

/** Configuration files beside the program, the likeliest first. */
function filesOf({ files, entry }: Project): { file: string; rank: number }[] {
  const place = entry === undefined ? '' : posix.dirname(entry)
  const found = files.flatMap(file => {
    const [, environment] = FILE.exec(file) ?? []
    const depth = file.split('/').length
    if (environment === undefined || depth > DEEPEST || ASIDE.test(file)) return []
    const likeness = ENVIRONMENTS.findIndex(one => one.test(environment.slice(1)))
    const isBeside = place !== '' && place !== '.' && file.startsWith(`${place}/`)
    return [{ file, rank: (isBeside ? 0 : 100) + likeness * 10 + depth }]
  })
  return found.sort((a, b) => a.rank - b.rank || (a.file < b.file ? -1 : 1)).slice(0, MOST_FILES)
}

function portIn(path: string, view: RepoView): number | undefined {
  const text = view.read(path) ?? ''
  for (const document of path.endsWith('.toml') ? tomlsIn(text) : yamlsIn(text))
    for (const [key, value] of leaves(document, '', 0)) {
      const port = SERVER.test(key) ? portOf(PORT.exec(DEFAULT.exec(value)?.[1] ?? value)?.[1]) : undefined
      if (port !== undefined && !isCalled(port)) return port
    }
  return undefined
}

function tomlsIn(text: string): unknown[] {
  try {
    return [parseToml(text)]
  } catch {
    return []
  }
}

/** `Server: { http_port: 80 }` as `server.httpport`. */
function leaves(value: unknown, prefix: string, depth: number): [key: string, value: string][] {
  const said = scalar(value)
  if (said !== undefined) return [[prefix, said]]
  if (depth > 4) return []
  return Object.entries(fields(value)).flatMap(([key, inner]) => {
    const plain = key.toLowerCase().replace(/[_-]/g, '')
    return leaves(inner, prefix === '' ? plain : `${prefix}.${plain}`, depth + 1)
  })
}
