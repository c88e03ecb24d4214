import { posix } from 'node:path'
import type { RepoView } from '../repo.ts'
import type { Dependency } from './dependency.ts'
import { modulePath } from './go.ts'
import type { Project } from './projects.ts'

const IMPORT = /^[ \t]*(?:import[ \t]+)?(?:[\w.]+[ \t]+)?"([^"\s]+)"[ \t]*(?:\/\/.*)?$/gm
const MODULE = /^[ \t]*module[ \t]+(\S+)/m
/** Of other programs, in whatever language. */
const CODE = /\.(go|py|[cm]?[jt]sx?|rb|rs|cs|java|kt|php|exs?)$/
const MOST_FILES = 1000

interface Package {
  readonly files: readonly string[]
  readonly imports: readonly string[]
}

/**
 * The part of a Go module that one of its programs is made of: its main package, and what that imports, from other modules of the repo too.
 * A worker beside a web server has the server's framework in its go.mod and not in its program.
 * @param main the folder of the main package, below that of the project
 * @returns undefined where not all of the code is in the repo
 */
export function goProgram(project: Project, main: string, view: RepoView): Project | undefined {
  const manifest = posix.join(project.folder, 'go.mod')
  const module = MODULE.exec(view.read(manifest) ?? '')?.[1]
  const packages = packagesOf(project, view)
  if (module === undefined || packages === undefined) return undefined
  const modules = modulesOf(project, module, view)
  const folders = new Set([main])
  const beside: Package[] = []
  for (const folder of folders) {
    const own = packages.get(folder) ?? packageAt(folder, project, view)
    if (own === undefined) return undefined
    if (!packages.has(folder)) beside.push(own)
    for (const path of own.imports) {
      const home = modules.find(one => path === one.path || path.startsWith(`${one.path}/`))
      if (home) folders.add(posix.join(home.folder, path.slice(home.path.length + 1)).replace(/\/$/, ''))
    }
  }
  const isPart = ([folder]: readonly [string, Package]): boolean => folders.has(folder)
  const part = [...packages].filter(isPart).map(([, one]) => one)
  const others = [...packages].filter(entry => !isPart(entry)).map(([, one]) => one)
  const isAnothers = (name: string): boolean => imports(others, name) && !imports(part, name)
  return {
    ...project,
    dependencies: imported(
      asked(project, [...packages.values()], view).filter(
        one => !one.source.startsWith(`${manifest}:`) || !isAnothers(one.name),
      ),
      part,
    ),
    files: [
      ...project.files.filter(file => !CODE.test(file)),
      ...[...part, ...beside].flatMap(one => one.files),
    ],
    isFollowed: true,
  }
}

interface GoModule {
  readonly path: string
  /** Relative to the project. */
  readonly folder: string
}

/** The modules of the repo, the project's own among them; those of longer paths first. */
function modulesOf({ folder }: Project, own: string, view: RepoView): GoModule[] {
  const others = view
    .files()
    .filter(path => posix.basename(path) === 'go.mod')
    .slice(0, MOST_FILES)
    .map(path => ({
      path: MODULE.exec(view.read(path) ?? '')?.[1] ?? '',
      folder: posix.relative(folder, posix.dirname(path)) || '.',
    }))
    .filter(one => one.path !== '' && one.folder !== '.')
  return [{ path: own, folder: '.' }, ...others].sort((a, b) => b.path.length - a.path.length)
}

/** A package of another module of the repo. */
function packageAt(folder: string, project: Project, view: RepoView): Package | undefined {
  const at = posix.join(project.folder, folder)
  const files = view
    .filesIn(at)
    .filter(file => !file.includes('/') && file.endsWith('.go') && !file.endsWith('_test.go'))
  if (!folder.startsWith('..') || files.length === 0) return undefined
  return {
    files: files.map(file => posix.join(folder, file)),
    imports: files.flatMap(file => importsOf(posix.join(at, file), view)),
  }
}

/** A Go module with what its code imports, whatever its go.mod says of that. */
export function withImported(project: Project, view: RepoView): Project {
  const packages = [...(packagesOf(project, view)?.values() ?? [])]
  if (packages.length === 0) return project
  return { ...project, dependencies: imported(asked(project, packages, view), packages) }
}

/**
 * What go.mod asks for; where the code imports what go.mod does not ask for, nobody tidied it, and only what the code imports counts. Of what
 * another module of the repo asks for, what the code imports too, or that module starts or serves: an error of Echo's type is no Echo.
 */
function asked(
  { dependencies, folder }: Project,
  packages: readonly Package[],
  view: RepoView,
): readonly Dependency[] {
  const manifest = `${posix.join(folder, 'go.mod')}:`
  const isUsed = (one: Dependency): boolean => imports(packages, one.name)
  const isTidy = !dependencies.some(one => one.dev && isUsed(one))
  return dependencies.filter(one =>
    one.source.startsWith(manifest) ? isTidy || isUsed(one) : isUsed(one) || isMadeBy(one, view),
  )
}

/** Calls that make a server, or what serves metrics. */
export const MAKES = /\b\w+\.(New|NewRouter|NewMux|NewServer|NewApp|Default|Handler\w*|Must\w*)\(/g

/** Whether the module that asks for a package calls what makes a server of it. */
function isMadeBy({ name, source }: Dependency, view: RepoView): boolean {
  const folder = posix.dirname(source)
  const files = view.filesIn(folder).filter(file => file.endsWith('.go') && !file.endsWith('_test.go'))
  if (files.length === 0 || files.length > MOST_FILES) return true
  return files.some(file => {
    const path = posix.join(folder, file)
    const aliases = importsOf(path, view)
      .filter(one => modulePath(one) === name || one.startsWith(`${name}/`))
      .map(one => posix.basename(modulePath(one)))
    const calls = aliases.length === 0 ? [] : [...(view.read(path) ?? '').matchAll(MAKES)]
    return calls.some(([call]) => aliases.includes(call.split('.')[0] ?? ''))
  })
}

const imported = (dependencies: readonly Dependency[], packages: readonly Package[]): Dependency[] =>
  dependencies.map(one => (one.dev && imports(packages, one.name) ? { ...one, dev: false } : one))

const imports = (packages: readonly Package[], name: string): boolean =>
  packages.some(one => one.imports.some(path => modulePath(path) === name || path.startsWith(`${name}/`)))

/** The folders that hold Go code, without tests; undefined where that is more than one reads. */
function packagesOf(project: Project, view: RepoView): ReadonlyMap<string, Package> | undefined {
  const code = project.files.filter(file => file.endsWith('.go') && !file.endsWith('_test.go'))
  if (code.length > MOST_FILES) return undefined
  const found = new Map<string, { files: string[]; imports: string[] }>()
  for (const file of code) {
    const one = found.get(posix.dirname(file)) ?? { files: [], imports: [] }
    one.files.push(file)
    one.imports.push(...importsOf(posix.join(project.folder, file), view))
    found.set(posix.dirname(file), one)
  }
  return found
}

export const importsOf = (path: string, view: RepoView): string[] =>
  [...(view.read(path) ?? '').matchAll(IMPORT)].map(match => match[1] ?? '')
