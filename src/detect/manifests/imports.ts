import { posix } from 'node:path'
import type { Ecosystem } from '../../core/modules/manifest.ts'
import { codeOf } from '../code/files.ts'
import type { RepoView } from '../repo.ts'
import { type Dependency, lineAt } from './dependency.ts'
import type { Project } from './projects.ts'
import { normalised } from './pypi.ts'

/** How the code of a language says what it needs, with the package as the first group. */
const IMPORTS: Partial<Record<Ecosystem, RegExp>> = {
  npm: /(?:\bfrom|\brequire\(|\bimport\(?)\s*['"]((?:@[\w.-]+\/)?[\w-][\w.-]*)(?:\/[^'"]*)?['"]/g,
  // What only handles Starlette's requests serves them under any framework upon it.
  pypi: /^(?:from|import)[ \t]+(?!starlette\.(?!applications))([A-Za-z_]\w*)/gm,
}
const MOST_FILES = 40
const DEEPEST = 3

/** The languages whose code tells what it needs. */
export const TELLING: readonly Ecosystem[] = ['npm', 'pypi']

/** Code without a manifest: what it imports is what it needs. */
export function importedIn(folder: string, ecosystem: Ecosystem, view: RepoView): Project | undefined {
  const pattern = IMPORTS[ecosystem]
  if (pattern === undefined) return undefined
  const depth = (path: string): number => posix.relative(folder, path).split('/').length
  const code = (codeOf(folder, ecosystem, view) ?? [])
    .filter(path => depth(path) <= DEEPEST)
    .sort((a, b) => depth(a) - depth(b))
    .slice(0, MOST_FILES)
  const all = code.flatMap(path => importsOf(path, ecosystem, pattern, view))
  const dependencies = [...new Map(all.map(one => [one.name, one])).values()]
  return dependencies.length === 0
    ? undefined
    : { folder, ecosystem, isParent: false, dependencies, scripts: new Map(), files: view.filesIn(folder) }
}

/** What some files of Python import and no manifest asks for: it came with something else. */
export function importedBeside(
  paths: Iterable<string>,
  known: readonly Dependency[],
  view: RepoView,
): Dependency[] {
  const names = new Set(known.map(one => one.name))
  const found = [...paths].flatMap(path => importsOf(path, 'pypi', IMPORTS.pypi ?? /(?!)/g, view))
  return [...new Map(found.filter(one => !names.has(one.name)).map(one => [one.name, one])).values()]
}

function importsOf(path: string, ecosystem: Ecosystem, pattern: RegExp, view: RepoView): Dependency[] {
  const text = view.read(path) ?? ''
  return [...text.matchAll(pattern)].map(({ 1: name = '', index }) => ({
    ecosystem,
    name: ecosystem === 'pypi' ? normalised(name) : name,
    version: '',
    dev: false,
    source: `${path}:${lineAt(text, index)}`,
  }))
}
