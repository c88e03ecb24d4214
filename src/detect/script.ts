import { posix } from 'node:path'
import type { ComposeService } from './compose/service.ts'
import type { Dockerfile } from './dockerfile.ts'
import { lineAt } from './manifests/dependency.ts'
import type { RepoView } from './repo.ts'

/** A line of a script, and where it stands. */
export interface ScriptLine {
  readonly value: string
  readonly source: string
}

const SCRIPT = /(?:^|[\s/])([\w.-]+\.sh)\b/
const EXEC = /^[ \t]*exec[ \t]+((?:[^\n\\]|\\[\s\S])+)/gm
/** Whatever the script is given. */
const GIVEN = /^["']?\$(@|\*)/

/** What a start script of the repo ends in: its last `exec`. Undefined where it runs what it is given. */
export function execOf(
  command: string,
  service: ComposeService,
  dockerfile: Dockerfile | undefined,
  view: RepoView,
): ScriptLine | undefined {
  const [, name] = SCRIPT.exec(command) ?? []
  const context = service.build?.context
  if (context !== undefined && /\bsupervisord\b/.test(command)) return supervised(context, dockerfile, view)
  if (name === undefined || context === undefined) return undefined
  const path = scriptNamed(name, context, dockerfile, view)
  const text = path === undefined ? '' : (view.read(path) ?? '')
  const found = [...text.matchAll(EXEC)].at(-1)
  const value = found?.[1]?.replace(/\\\r?\n/g, ' ').trim() ?? ''
  if (found === undefined || value === '' || GIVEN.test(value)) return undefined
  return { value, source: `${path}:${lineAt(text, found.index)}` }
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

/** What supervisord keeps running, where all of it is the same program: workers of one application, and nothing that answers. */
function supervised(
  context: string,
  dockerfile: Dockerfile | undefined,
  view: RepoView,
): ScriptLine | undefined {
  const commands = (dockerfile?.copies ?? []).flatMap(copied => {
    const path = posix.join(context, copied)
    const text = /\.(conf|ini)$/.test(path) ? (view.read(path) ?? '') : ''
    return [...text.matchAll(PROGRAM)].map(match => ({
      value: (match[1] ?? '').trim(),
      source: `${path}:${lineAt(text, match.index)}`,
    }))
  })
  const programs = new Set(commands.map(one => one.value.split(/\s+/).slice(0, 2).join(' ')))
  return programs.size === 1 ? commands[0] : undefined
}
