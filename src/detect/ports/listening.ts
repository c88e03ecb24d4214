import { posix } from 'node:path'
import type { Ecosystem } from '../../core/modules/manifest.ts'
import type { Seen } from '../detection.ts'
import { lineAt } from '../manifests/dependency.ts'
import type { Project } from '../manifests/projects.ts'
import type { RepoView } from '../repo.ts'
import { ownConfig } from './own-config.ts'
import { isCalled } from './port.ts'

/** Files in which an app says where it listens, and nothing that tests or builds it. */
const PLACES =
  /^(?!.*(^|\/)(tests?|specs?|__tests__|examples?|docs?|scripts?|migrations|public|static|assets)\/)(.*\/)?(main|index|server|app|program|startup|application(-prod\w*)?|bootstrap|config|settings|environment|env|www|start|puma|cmd|run|wsgi|asgi|manage|gunicorn[\w.-]*)\.(go|[cm]?[jt]s|py|rb|rs|cs|java|kt|php|exs?|properties|ya?ml)$/i
const MOST_FILES = 40
const DEEPEST = 7
const MOST_TEXT = 50_000

/** What a framework or a standard library is told to listen on. Each has the port as its only group. */
const CONFIGURED: readonly RegExp[] = [
  /^server\.port\s*[=:]\s*(?:\$\{[^:}]*:)?(\d{2,5})/m,
  /^quarkus\.http\.port\s*=\s*(\d{2,5})/m,
  /^server:[^\n]*\n(?:[ \t]+[^\n]*\n)*?[ \t]+port:\s*(?:\$\{[^:}]*:)?(\d{2,5})/m,
]
const WRITTEN: readonly RegExp[] = [
  /\.listen\(\s*(?:\{[^}]{0,80}?port\s*:\s*)?(?:[\w.$[\]'"?()]+\s*(?:\|\||\?\?)\s*)?["'`]?(\d{2,5})\b/,
  /\b(?:(?:node|app|server|http|api|web|listen|service|backend)_?)?port\b["']?\s*[=:]\s*[^\n;,]{0,80}?(?:\|\||\?\?|\bor\b|,)\s*["'`]?(\d{4,5})\b/i,
  /\bport\b["']?\s*(?::\s*number\s*)?[=:]\s*["'`]?(\d{4,5})\b/i,
  /(?:ListenAndServe(?:TLS)?|\.Run|\.Start|\.Listen|net\.Listen)\(\s*(?:"tcp",\s*)?"[\w.]*:(\d{2,5})"/,
  /\bAddr:\s*"[\w.]*:(\d{2,5})"/,
  /\.run\([^)]{0,120}?\bport\s*=\s*(?:int\([^)]*?,\s*["']?)?(\d{2,5})\b/,
  /(?:HTTPServer|TCPServer|WSGIServer)\(\s*\(\s*["'][^"']*["']\s*,\s*(\d{2,5})/,
  /(?:\bbind|from_str|\.parse|serve|addr\w*)\b[^"\n]{0,60}"[\d.:[\]]*:(\d{2,5})"/,
  /\(\[\s*(?:\d+,\s*){3}\d+\s*\],\s*(\d{2,5})\)/,
  /^bind\s*=\s*["'][^"':]*:(\d{2,5})["']/m,
  /\bport\s+ENV\.fetch\(["']PORT["']\)\s*\{\s*(\d{2,5})/,
]

/** Where the configuration of the framework says that an app listens. */
export const configured = (project: Project, view: RepoView): Seen<number> | undefined =>
  first(placesOf(project), CONFIGURED, view)

/** In Go, `net.Listen` and its like may be any protocol; this is HTTP. */
export const HTTP_IN_GO: readonly RegExp[] = [/\bhttp\.ListenAndServe(?:TLS)?\(\s*"[\w.]*:(\d{2,5})"/]

/** Where the configuration of the framework or the code of an app says that it listens. */
export function saidInCode(
  project: Project,
  view: RepoView,
  written: readonly RegExp[] = WRITTEN,
): Seen<number> | undefined {
  const code = placesOf(project).filter(file => !/\.(properties|ya?ml)$/.test(file))
  return configured(project, view) ?? first(code, written, view)
}

/** The same, or a configuration file of its own. */
export const listening = (project: Project, view: RepoView): Seen<number> | undefined =>
  saidInCode(project, view) ?? ownConfig(project, view)

/** Where some files of code say that they listen. */
export const writtenIn = (files: readonly string[], view: RepoView): Seen<number> | undefined =>
  first(files, WRITTEN, view)

/** `process.env.API_PORT`, `os.getenv("API_PORT")`, `${API_PORT:8080}`, `env:"API_PORT"` where a port is given to something that listens. */
const READ =
  /(?:\.listen\(|\bport\b["']?\s*[=:,]|\.run\(|ListenAndServe\w*\(|\bAddr:|\bbind\()[^\n]{0,120}?\b([A-Z][A-Z0-9_]*PORT|PORT_[A-Z0-9_]+)\b/gi
const NAME = /^[A-Z][A-Z0-9_]*$/

/** The variables by which the code of an app is told where to listen, those of what it calls aside. */
export const portVariables = (project: Project, view: RepoView): string[] =>
  placesOf(project).flatMap(file =>
    [...(view.read(file)?.slice(0, MOST_TEXT) ?? '').matchAll(READ)].flatMap(([, name = '']) =>
      NAME.test(name) &&
      !/DB|DATABASE|SQL|MONGO|REDIS|CACHE|SMTP|MAIL|RABBIT|AMQP|KAFKA|NATS|PG|GRPC/.test(name)
        ? [name]
        : [],
    ),
  )

function isListening([, digits]: RegExpExecArray): boolean {
  const port = Number(digits)
  return port > 0 && port < 65536 && !isCalled(port)
}

/** What the code of a project is written in; a folder below it may hold another project. */
const WRITTEN_IN: Partial<Record<Ecosystem, RegExp>> = {
  npm: /\.[cm]?[jt]s$/,
  pypi: /\.py$/,
  go: /\.go$/,
  gem: /\.rb$/,
  cargo: /\.rs$/,
  nuget: /\.cs$/,
  composer: /\.php$/,
  hex: /\.exs?$/,
  maven: /\.(java|kt)$/,
}

const placesOf = ({ files, folder, ecosystem, entry }: Project): string[] =>
  files
    .filter(file => (PLACES.test(file) || file === entry) && file.split('/').length <= DEEPEST)
    .filter(
      file =>
        /\.(properties|ya?ml)$/.test(file) || ecosystem === undefined || WRITTEN_IN[ecosystem]?.test(file),
    )
    .sort((a, b) => a.split('/').length - b.split('/').length)
    .slice(0, MOST_FILES)
    .map(file => posix.join(folder, file))

function first(
  files: readonly string[],
  patterns: readonly RegExp[],
  view: RepoView,
): Seen<number> | undefined {
  for (const file of files) {
    const text = view.read(file)?.slice(0, MOST_TEXT) ?? ''
    for (const pattern of patterns) {
      const match = [...text.matchAll(new RegExp(pattern, `g${pattern.flags}`))].find(isListening)
      if (match) return { value: Number(match[1]), source: `${file}:${lineAt(text, match.index)}` }
    }
  }
  return undefined
}
