import { posix } from 'node:path'
import type { RepoView } from '../repo.ts'
import { yamlsIn } from '../yamls.ts'

const ANY_NAME = /^((docker-)?compose([._-][\w.-]+)?|[\w.-]+[._-](docker-)?compose)\.ya?ml$/i
const OVERRIDE = /override/i
/** Folders whose Compose files show, test or document something else than what the repo runs. */
const ASIDE =
  /(^|\/)(examples?|samples?|demos?|tests?|e2e|testdata|fixtures|docs?|documentation|tutorials?|templates?|integration|benchmarks?)(\/|$)/i
/** Files that test the repo, whatever folder they are in. */
const TESTS = /(^|[._-])(tests?|testing|ci|e2e|integration)[._-]/i
/** Beside the file that everybody makes of it for himself. */
const EXAMPLE = /\.(example|sample|dist)$/i
/** What a template has in place of a value. */
const PLACEHOLDER = /^[ \t]*(?:-[ \t]+|[\w.-]+:[ \t]+)?(?:\{[{%]|<%|\[[@#]\w)/m

/**
 * What may be a Compose file, by its name or because something says that it is started. Where there is none: an example of one at the root; else what
 * has the content of one under another name. One that people develop in only counts where there is no other, and files of a stack that vigie
 * wrote are not the app's.
 */
export function filesOf(view: RepoView, told: readonly string[]): readonly string[] {
  const isNamed = (path: string): boolean => {
    const name = posix.basename(path)
    return ANY_NAME.test(name) && !OVERRIDE.test(name)
  }
  const isReal = (path: string): boolean => !isOwnStack(view, path) && !isTemplate(path, view)
  const named = view
    .files()
    .filter(path => isNamed(path) || told.includes(path))
    .filter(isReal)
  const own = named.filter(path => !path.includes('.devcontainer/'))
  if (own.length > 0) return own
  const examples = view
    .files()
    .filter(path => !path.includes('/') && isExample(path) && isNamed(ofExample(path)))
  if (examples.length > 0) return examples
  const content = view
    .files()
    .filter(path => YAML.test(path) && !isBesideTheApp(path))
    .slice(0, MOST)
    .filter(path => isComposeByContent(view, path) && isReal(path))
  return content.length > 0 ? content : named
}

/** Whether a Compose file shows, tests or documents something else than what the repo runs. */
export const isBesideTheApp = (path: string): boolean => ASIDE.test(path) || TESTS.test(posix.basename(path))

/** `docker-compose.yml.dist`, of which everybody makes a file of his own that git ignores. */
export const isExample = (path: string): boolean => EXAMPLE.test(path)

/** What that is called. */
export const ofExample = (path: string): string => path.replace(EXAMPLE, '')

/** A template of a Compose file below the root, which only becomes one when somebody fills it in. */
function isTemplate(path: string, view: RepoView): boolean {
  const text = path.includes('/') ? (view.read(path) ?? '') : ''
  return PLACEHOLDER.test(text) && yamlsIn(text).length === 0
}

/** The folder of a stack that vigie wrote holds its base copies. */
export const isOwnStack = (view: RepoView, path: string): boolean =>
  view.isFolder(posix.join(posix.dirname(path), '.vigie'))

/** `local.yml` and `production.yml` at the root, as some project templates call them; or `docker/shop.yml`, which builds the app. */
function isComposeByContent(view: RepoView, path: string): boolean {
  const text = view.read(path) ?? ''
  const start = text.search(/^services:[ \t]*$/m)
  return start >= 0 && (path.includes('/') ? BUILDS : RUNS).test(text.slice(start))
}
const RUNS = /^[ \t]+(image|build):/m
const BUILDS = /^[ \t]+build:/m
const YAML = /^([\w.-]+\/){0,2}[\w-]+\.ya?ml$/
/** So many are read for it. */
const MOST = 200
