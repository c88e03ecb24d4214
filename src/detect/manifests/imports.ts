import { posix } from 'node:path'
import type { RepoView } from '../repo.ts'
import { type Dependency, lineAt } from './dependency.ts'
import type { Project } from './projects.ts'
import { normalised } from './pypi.ts'

const IMPORT = /^(?:from|import)\s+([A-Za-z_]\w*)/gm
const ASIDE = /(^|\/)(tests?|docs?|examples?|migrations|scripts)(\/|$)/
const MOST_FILES = 40
const DEEPEST = 3

/** Python code without a manifest: what it imports is what it needs. */
export function importedIn(folder: string, view: RepoView): Project | undefined {
  const files = view.filesIn(folder)
  const code = files
    .filter(file => file.endsWith('.py') && !ASIDE.test(file) && file.split('/').length <= DEEPEST)
    .sort((a, b) => a.split('/').length - b.split('/').length)
    .slice(0, MOST_FILES)
  const all = code.flatMap(file => importsOf(posix.join(folder, file), view))
  const dependencies = [...new Map(all.map(one => [one.name, one])).values()]
  return dependencies.length === 0
    ? undefined
    : { folder, ecosystem: 'pypi', isParent: false, dependencies, scripts: new Map(), files }
}

function importsOf(path: string, view: RepoView): Dependency[] {
  const text = view.read(path) ?? ''
  return [...text.matchAll(IMPORT)].map(match => ({
    ecosystem: 'pypi',
    isParent: false,
    name: normalised(match[1] ?? ''),
    version: '',
    dev: false,
    source: `${path}:${lineAt(text, match.index)}`,
  }))
}
