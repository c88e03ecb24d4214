import { posix } from 'node:path'
import type { Warning } from '../detection.ts'
import { interpolate, parseEnv, type Variables } from '../env.ts'
import { type Fields, fields, items, listed, scalar } from '../record.ts'
import type { RepoView } from '../repo.ts'
import { type ComposeDocument, parseCompose } from './document.ts'
import { isOwnStack } from './find.ts'
import { mergeServices, type RawService } from './merge.ts'

/** All services of a project, from all its files. */
export interface ComposeProject {
  readonly files: readonly string[]
  readonly name: string | undefined
  readonly services: ReadonlyMap<string, RawService>
  readonly secrets: Fields
  /** What `$NAME` stands for: .env, else the example that is committed in its place. */
  readonly variables: Variables
  /** Only .env itself: what Compose will really know. */
  readonly set: Variables
  readonly warnings: readonly Warning[]
  readonly broken: Warning | undefined
}

const EXAMPLES = [
  '.env.example',
  '.env.sample',
  '.env.dist',
  '.env.template',
  'env.example',
  'sample.env',
  'example.env',
  '.env-example',
  '.env.default',
  '.env.defaults',
]
const MOST_FILES = 100

/** Reads the files of one project with all that they include and extend. */
export function loadCompose(view: RepoView, files: readonly string[]): ComposeProject {
  const folder = posix.dirname(files[0] ?? '.')
  const set = environmentOf(view, [folder, '.'], ['.env'])
  const variables = new Map([['PWD', '.'], ...environmentOf(view, [folder, '.'], EXAMPLES), ...set])
  const loader = new Loader(view, variables)
  const services = new Map<string, RawService>()
  for (const file of files) loader.file(file, services, [])
  const documents = files.flatMap(file => loader.document(file) ?? [])
  const all = loader.read.flatMap(file => loader.document(file) ?? [])
  return {
    files: loader.read,
    name: documents.map(one => scalar(one.data.name)).findLast(name => name !== undefined),
    services,
    secrets: Object.assign({}, ...all.map(one => fields(one.data.secrets))),
    variables,
    set,
    warnings: loader.warnings,
    broken: documents.find(one => one.problem)?.problem,
  }
}

function environmentOf(
  view: RepoView,
  folders: readonly string[],
  names: readonly string[],
): Map<string, string> {
  const texts = folders.flatMap(folder => names.map(name => view.read(posix.join(folder, name)) ?? ''))
  return new Map(texts.reverse().flatMap(text => [...parseEnv(text)]))
}

/** Follows `include` and `extends` from file to file, each at most once a chain. */
class Loader {
  readonly warnings: Warning[] = []
  readonly read: string[] = []
  readonly #documents = new Map<string, ComposeDocument | undefined>()

  constructor(
    readonly view: RepoView,
    readonly variables: Variables,
  ) {}

  document(path: string): ComposeDocument | undefined {
    if (this.#documents.has(path)) return this.#documents.get(path)
    const text = this.#documents.size < MOST_FILES ? this.view.read(path) : undefined
    const document = text === undefined ? undefined : parseCompose(path, text)
    if (document?.problem) this.warnings.push(document.problem)
    if (document) this.read.push(path)
    this.#documents.set(path, document)
    return document
  }

  /** Adds the services of a file, its includes first. */
  file(path: string, into: Map<string, RawService>, chain: readonly string[]): void {
    if (chain.includes(path)) return
    const document = this.document(path)
    if (document === undefined) {
      const from = chain.at(-1)
      this.warnings.push({
        message: `${path} cannot be read.`,
        at: from === undefined ? undefined : { file: from },
      })
      return
    }
    for (const include of items(document.data.include))
      this.#include(include, document, into, [...chain, path])
    for (const name of Object.keys(document.services)) {
      const service = this.#service(name, document, [])
      const before = into.get(name)
      into.set(name, before ? mergeServices(before, service) : service)
    }
  }

  #include(
    entry: unknown,
    from: ComposeDocument,
    into: Map<string, RawService>,
    chain: readonly string[],
  ): void {
    const given = typeof entry === 'string' ? entry : fields(entry).path
    const merged = new Map<string, RawService>()
    for (const one of listed(given)) {
      if (/^(oci|git|https?):|\.git(#|$)/.test(one)) {
        this.warnings.push({
          message: `${one} is included from elsewhere and is not read.`,
          at: { file: from.path },
        })
        continue
      }
      const path = posix.join(posix.dirname(from.path), interpolate(one, this.variables))
      if (!isOwnStack(this.view, path)) this.file(path, merged, chain)
    }
    for (const [name, service] of merged) into.set(name, service)
  }

  /** One service with all that it extends. */
  #service(name: string, document: ComposeDocument, chain: readonly string[]): RawService {
    const own = located(name, document)
    const here = `${document.path} ${name}`
    const given = own.data.extends
    const parent = scalar(given) ?? scalar(fields(given).service)
    if (parent === undefined || chain.includes(here)) return own
    const file = typeof given === 'string' ? undefined : scalar(fields(given).file)
    const path =
      file === undefined
        ? document.path
        : posix.join(posix.dirname(document.path), interpolate(file, this.variables))
    const base = this.document(path)
    if (base === undefined || !(parent in base.services)) {
      this.warnings.push({
        message: `Service "${name}" extends "${parent}", which is not in ${path}.`,
        at: { file: document.path, line: Number(own.source.split(':').at(-1)) },
      })
      return own
    }
    const inherited = this.#service(parent, base, [...chain, here])
    const { depends_on: _, ...data } = inherited.data
    return { ...mergeServices({ ...inherited, data }, own), source: own.source }
  }
}

/** A service with the paths in it made relative to the repo, and the line of each key. */
function located(name: string, document: ComposeDocument): RawService {
  const data = fields(document.services[name])
  const sources = new Map(Object.keys(data).map(key => [key, document.source(name, key)]))
  const folder = posix.dirname(document.path)
  return {
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
