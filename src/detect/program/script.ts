import { posix } from 'node:path'
import type { ComposeService } from '../compose/service.ts'
import type { Seen } from '../detection.ts'
import type { Dockerfile } from '../docker/dockerfile.ts'
import { lineAt } from '../manifests/dependency.ts'
import type { RepoView } from '../repo.ts'
import { withoutWait } from './wait.ts'

const SCRIPT = /(?:^|[\s/])([\w.-]+\.sh)\b/
/** A line with those that continue it. */
const STATEMENT = /^[ \t]*(?:[^\n\\]|\\[\s\S])+/gm
const EXEC = /^[ \t]*exec[ \t]+((?:[^\n\\]|\\[\s\S])+)/gm
/** Whatever the script is given. */
const GIVEN = /^["']?\$(@|\*)/
/** What is no program, or none that stays. */
const NO_PROGRAM =
  /^(#|$|(fi|done|esac|else|then|do|if|elif|for|while|until|case|echo|printf|exit|return|wait|sleep|set|export|unset|local|readonly|cd|trap|true|function|kill)\b|[}{);&|]|\w[\w-]*\s*\(\)|[A-Za-z_]\w*=\S*$)/
/** Scripts that start each other. */
const DEEPEST = 3

/** What a start script of the repo ends in: its last `exec`, or its last program. Undefined where it runs what it is given. */
export function endOf(
  command: string,
  service: ComposeService,
  dockerfile: Dockerfile | undefined,
  view: RepoView,
  depth = 0,
): Seen | undefined {
  const [, name] = SCRIPT.exec(withoutWait(command)) ?? []
  const context = service.build?.context
  if (context !== undefined && /\bsupervisord\b/.test(command)) return supervised(context, dockerfile, view)
  if (name === undefined || context === undefined) return undefined
  const path = scriptNamed(name, context, dockerfile, view)
  const text = path === undefined ? '' : (view.read(path) ?? '')
  const last = lastLine(text)
  if (last === undefined || GIVEN.test(last.value)) return undefined
  const end = depth < DEEPEST ? endOf(last.value, service, dockerfile, view, depth + 1) : undefined
  return end ?? { value: last.value, source: `${path}:${last.line}` }
}

function lastLine(text: string): { value: string; line: number } | undefined {
  const joined = (value = ''): string => value.replace(/\\\r?\n/g, ' ').trim()
  const exec = [...text.matchAll(EXEC)].map(one => ({ value: joined(one[1]), index: one.index })).at(-1)
  const all = [...text.matchAll(STATEMENT)].map(one => ({ value: joined(one[0]), index: one.index }))
  const found = exec ?? all.filter(one => !NO_PROGRAM.test(one.value)).at(-1)
  return found && found.value !== '' ? { value: found.value, line: lineAt(text, found.index) } : undefined
}

/** The file that the Dockerfile copies under this name, or the nearest one below the context. */
function scriptNamed(
  name: string,
  context: string,
  dockerfile: Dockerfile | undefined,
  view: RepoView,
): string | undefined {
  const copied = (dockerfile?.copies ?? []).map(path => posix.join(context, path))
  const below = view
    .filesIn(context)
    .filter(path => posix.basename(path) === name)
    .sort((a, b) => a.length - b.length)
    .map(path => posix.join(context, path))
  const folders = copied.map(folder => posix.join(folder, name))
  return [...copied.filter(path => posix.basename(path) === name), ...folders, ...below].find(path =>
    view.exists(path),
  )
}

const PROGRAM = /^command[ \t]*=[ \t]*(.+)$/gm

/** Programs that work off something and answer nothing. */
const WORKS = /\bcron|messenger:consume|queue:|horizon|schedule|\bcelery\b|sidekiq|\bworker|consumer?\b/

/** Servers of applications, which need no other before them. */
const SERVES =
  /\b(uvicorn|gunicorn|hypercorn|daphne|granian|waitress-serve|puma|streamlit run|flask run|next start|nest start)\b/

/** What supervisord keeps running: the one server among it; or where all of it is the same program, or works something off, that. */
function supervised(context: string, dockerfile: Dockerfile | undefined, view: RepoView): Seen | undefined {
  const commands = (dockerfile?.copies ?? []).flatMap(copied => {
    const path = posix.join(context, copied)
    const text = /\.(conf|ini)$/.test(path) ? (view.read(path) ?? '') : ''
    return [...text.matchAll(PROGRAM)].map(match => ({
      value: (match[1] ?? '').trim(),
      source: `${path}:${lineAt(text, match.index)}`,
    }))
  })
  const serving = commands.filter(one => SERVES.test(one.value))
  if (serving.length === 1) return serving[0]
  const programs = new Set(commands.map(one => one.value.split(/\s+/).slice(0, 2).join(' ')))
  const isWork = commands.every(one => WORKS.test(one.value))
  return programs.size === 1 || isWork ? commands.at(-1) : undefined
}
