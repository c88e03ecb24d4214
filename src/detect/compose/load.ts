import { posix } from 'node:path'
import type { Place } from '../../core/errors.ts'
import type { Warning } from '../detection.ts'
import { interpolate, type Variables } from '../env.ts'
import { type Fields, fields, listed, scalar } from '../record.ts'
import type { RepoView } from '../repo.ts'
import { type ComposeDocument, parseCompose } from './document.ts'
import { type Environment, environmentOf } from './environment.ts'
import { isOwnStack } from './files.ts'
import { mergeServices, type RawService } from './merge.ts'

/** All services of a project, from all its files. */
export interface ComposeProject extends Environment {
  readonly files: readonly string[]
  /** Where its paths start from. */
  readonly folder: string
  readonly name: string | undefined
  readonly services: ReadonlyMap<string, RawService>
  readonly secrets: Fields
  readonly warnings: readonly Warning[]
  readonly broken: Warning | undefined
}

const MOST_FILES = 100
const MOST_EXTENDED = 100

/** Reads the files of one project with all that they include and extend. */
export function loadCompose(view: RepoView, files: readonly string[]): ComposeProject {
  const folder = posix.dirname(files[0] ?? '.')
  const environment = environmentOf(view, [folder, '.'])
  const loader = new Loader(view, environment)
  const services = new Map<string, RawService>()
  for (const file of files) loader.file(file, services, { folder, own: new Map(), chain: [] })
  const documents = files.flatMap(file => loader.documents(file))
  const all = loader.read.flatMap(file => loader.documents(file))
  return {
    ...environment,
    files: loader.read,
    folder,
    name: documents.map(one => scalar(one.data.name)).findLast(name => name !== undefined),
    services,
    secrets: Object.assign({}, ...all.map(one => fields(one.data.secrets))),
    warnings: loader.warnings,
    broken: documents.flatMap(one => one.problems)[0],
  }
}

/** What holds for a file because of who reads it. */
interface Scope {
  /** Where its paths start from. */
  readonly folder: string
  /** Variables that only the files of this include know. */
  readonly own: Variables
  /** The files that include it. */
  readonly chain: readonly { readonly path: string; readonly at: Place }[]
}

/** Follows `include` and `extends` from file to file; every file is included once. */
class Loader {
  readonly warnings: Warning[] = []
  readonly read: string[] = []
  readonly #documents = new Map<string, readonly ComposeDocument[]>()
  readonly #included = new Set<string>()
  readonly #extended = new Map<string, RawService>()

  constructor(
    readonly view: RepoView,
    readonly environment: Environment,
  ) {}

  /** What a file holds; nothing where it cannot be read. */
  documents(path: string): readonly ComposeDocument[] {
    const known = this.#documents.get(path)
    if (known) return known
    const text = this.#documents.size < MOST_FILES ? this.view.read(path) : undefined
    const documents = text === undefined ? [] : parseCompose(path, text)
    this.warnings.push(...documents.flatMap(one => one.problems))
    if (documents.length > 0) this.read.push(path)
    this.#documents.set(path, documents)
    return documents
  }

  /** Adds the services of a file, its includes first. */
  file(path: string, into: Map<string, RawService>, scope: Scope): void {
    const documents = this.documents(path)
    if (documents.length === 0) {
      const why = this.view.refused(path) ?? 'is not in the repo'
      this.warnings.push({ message: `${path} ${why}.`, at: scope.chain.at(-1)?.at })
      return
    }
    for (const { given, at } of documents.flatMap(one => one.includes))
      this.#include(given, into, { ...scope, chain: [...scope.chain, { path, at }] })
    for (const document of documents) this.#services(document, into, scope)
  }

  #services(document: ComposeDocument, into: Map<string, RawService>, scope: Scope): void {
    for (const name of Object.keys(document.services)) {
      const service = { ...this.#service(name, document, scope.folder, []), own: scope.own }
      const before = into.get(name)
      into.set(name, before ? mergeServices(before, service) : service)
    }
  }

  #include(entry: unknown, into: Map<string, RawService>, { folder, own, chain }: Scope): void {
    const { path: given = entry, project_directory, env_file } = fields(entry)
    const variables = new Map([...own, ...this.environment.variables])
    const placed = (path: string): string => pathFrom(folder, interpolate(path, variables))
    const paths = listed(given).filter(one => this.#isHere(one, chain))
    const inner = placed(scalar(project_directory) ?? posix.dirname(paths[0] ?? '.'))
    const files = env_file === undefined ? undefined : listed(env_file).map(placed)
    const { variables: more } = environmentOf(this.view, files ? ['.'] : [inner], files)
    const merged = new Map<string, RawService>()
    for (const path of paths.map(placed)) {
      if (isOwnStack(this.view, path) || this.#isIncluded(path, chain)) continue
      this.#included.add(path)
      this.file(path, merged, { folder: inner, own: new Map([...more, ...own]), chain })
    }
    for (const [name, service] of merged) into.set(name, service)
  }

  #isHere(path: string, chain: Scope['chain']): boolean {
    const isElsewhere = /^(oci|git|https?):|\.git(#|$)/.test(path)
    if (isElsewhere)
      this.warnings.push({
        message: `${path} is included from elsewhere and is not read.`,
        at: chain.at(-1)?.at,
      })
    return !isElsewhere
  }

  #isIncluded(path: string, chain: Scope['chain']): boolean {
    if (chain.some(one => one.path === path))
      this.warnings.push({ message: `${path} is included again by what it includes.`, at: chain.at(-1)?.at })
    else if (!this.#included.has(path)) return false
    return true
  }

  /** One service with all that it extends. */
  #service(name: string, document: ComposeDocument, folder: string, chain: readonly string[]): RawService {
    const here = JSON.stringify([folder, document.source(name), name])
    const known = this.#extended.get(here)
    if (known) return known
    const own = located(name, document, folder)
    const given = own.data.extends
    const parent = scalar(given) ?? scalar(fields(given).service)
    const service =
      parent === undefined ? own : this.#extending(own, parent, document, folder, [...chain, here])
    this.#extended.set(here, service)
    return service
  }

  #extending(
    own: RawService,
    parent: string,
    document: ComposeDocument,
    folder: string,
    chain: readonly string[],
  ): RawService {
    const file = scalar(fields(own.data.extends).file)
    const path =
      file === undefined ? document.path : pathFrom(folder, interpolate(file, this.environment.variables))
    const base = this.documents(path).find(one => parent in one.services)
    const wrong = (why: string): RawService => {
      const line = Number(own.source.split(':').at(-1))
      this.warnings.push({
        message: `Service "${own.name}" extends "${parent}", ${why}.`,
        at: { file: document.path, line },
      })
      return own
    }
    if (base === undefined) return wrong(`which is not in ${path}`)
    const inner = file === undefined ? folder : posix.dirname(path)
    if (chain.includes(JSON.stringify([inner, base.source(parent), parent])))
      return wrong('which leads back to it')
    if (chain.length > MOST_EXTENDED) return wrong(`the ${MOST_EXTENDED}th in a row`)
    const inherited = this.#service(parent, base, inner, chain)
    const { depends_on: _, ...data } = inherited.data
    return { ...mergeServices({ ...inherited, data }, own), source: own.source }
  }
}
/** What stands elsewhere on the machine stays there, and is not read. */
const pathFrom = (folder: string, path: string): string =>
  path.startsWith('/') || path.startsWith('~') ? path : posix.join(folder, path)

/** A service with the paths in it made relative to the repo, and the line of each key. */
function located(name: string, document: ComposeDocument, folder: string): RawService {
  const data = fields(document.services[name])
  const sources = new Map(Object.keys(data).map(key => [key, document.source(name, key)]))
  return {
    name,
    own: new Map(),
    data: { ...data, ...paths(data, folder) },
    sources,
    source: document.source(name),
    replaced: new Set(document.replaced(name)),
  }
}

function paths(data: Fields, folder: string): Fields {
  const build = typeof data.build === 'string' ? { context: data.build } : fields(data.build)
  return {
    ...(data.build === undefined || data.build === null ? {} : { build: { ...build, folder } }),
    ...(data.env_file === undefined
      ? {}
      : {
          env_file: (Array.isArray(data.env_file) ? data.env_file : [data.env_file]).map(item => ({
            item,
            folder,
          })),
        }),
    ...(Array.isArray(data.volumes) ? { volumes: data.volumes.map(item => ({ item, folder })) } : {}),
  }
}
