import * as v from 'valibot'
import { RequestRow } from '../requests/row.ts'
import { ModuleRuntime } from '../requests/runtime.ts'

const identifier = v.pipe(
  v.string(),
  v.regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must be lower-case words joined by dashes'),
)
const text = v.pipe(v.string(), v.trim(), v.nonEmpty('must not be empty'))
const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65535))
/** Spaces at the ends of a word of a command bound it. */
const words = v.optional(v.array(v.pipe(v.string(), v.nonEmpty('must not be empty'))), [])
const texts = v.optional(v.array(text), [])

/** A package, and what its presence says beyond that: the port, the metrics path, settings of the kind. */
const DetailedPackage = v.strictObject({
  name: text,
  /** It counts among the development dependencies too, where its own template puts it. */
  dev: v.optional(v.boolean()),
  /** It counts only in the manifest of the app itself: a package of the repo that asks for it too is no app. */
  own: v.optional(v.boolean()),
  port: v.optional(port),
  path: v.optional(text),
  settings: v.optional(v.record(text, v.union([v.string(), v.number(), v.boolean()])), {}),
})
const Package = v.pipe(
  v.union([text, DetailedPackage]),
  v.transform((given): Package => (typeof given === 'string' ? { name: given, settings: {} } : given)),
)
const packages = v.optional(v.array(Package), [])
const ECOSYSTEMS = ['npm', 'pypi', 'go', 'maven', 'gem', 'composer', 'nuget', 'cargo', 'hex'] as const
/** Where packages come from; a reader in src/detect/manifests knows the manifests of each. */
const ecosystems = {
  npm: packages,
  pypi: packages,
  go: packages,
  maven: packages,
  gem: packages,
  composer: packages,
  nuget: packages,
  cargo: packages,
  hex: packages,
}

function isPattern(given: string): boolean {
  try {
    return new RegExp(given) instanceof RegExp
  } catch {
    return false
  }
}

const pattern = v.pipe(text, v.check(isPattern, 'must be a regular expression'))
const patterns = v.optional(v.record(v.picklist(ECOSYSTEMS), v.array(pattern)), {})

/** How a technology is recognised in a repo; see docs/modules.md for each key. */
export const EvidenceSchema = v.strictObject({
  images: texts,
  /** Images that it is built on; they count where the code says nothing more particular. */
  bases: texts,
  ports: v.optional(v.array(port), []),
  /** A regular expression with the port as its group, for the files that say where it listens. */
  listens: v.optional(pattern),
  /** Images that listen elsewhere than the kind does. */
  imagePorts: v.optional(v.record(text, port), {}),
  env: texts,
  healthchecks: texts,
  /** Folders and files of a container that belong to this technology alone. */
  mounts: texts,
  packages: texts,
  dependencies: v.optional(v.strictObject(ecosystems), {}),
  instrumented: v.optional(
    v.strictObject({ ...ecosystems, commands: words, env: texts, configs: words }),
    {},
  ),
  files: texts,
  /** Regular expressions for code that answers HTTP, by language; a project that has none of them is no target. */
  code: patterns,
  /** Regular expressions for code that opens a page of metrics, by language, with the port as the group where it says one. */
  pages: patterns,
  commands: words,
  /** Ecosystems whose projects it takes where they answer requests and no module knows their framework. */
  fallback: v.optional(v.array(v.picklist(ECOSYSTEMS)), []),
  /** Kinds that this one wins over where both are seen. */
  over: v.optional(v.array(identifier), []),
})

/** Which environment variables and flags of the watched service tell how to log in to it. */
const Credential = v.strictObject({
  env: texts,
  flags: texts,
  default: v.optional(text),
  sameAs: v.optional(text),
  /** The user to whom a password variable belongs, where that is not the one of `env`. */
  owners: v.optional(v.record(text, text), {}),
  /** An exporter that reads it from a variable and from no file. */
  from: v.optional(v.literal('variable')),
})

const Exporter = v.strictObject({
  image: text,
  port,
  path: v.optional(text, '/metrics'),
  memory: v.optional(text, '64m'),
  /** Applications send to it: there is nothing else to reach, and its own address is the service's. */
  receives: v.optional(v.boolean(), false),
})
const Native = v.strictObject({ path: v.optional(text, '/metrics'), port: v.optional(port) })

/** One setting of a service in vigie.yaml that only this kind has. */
const Setting = v.strictObject({
  type: v.picklist(['string', 'number', 'boolean', 'list']),
  default: v.optional(v.union([v.string(), v.number(), v.boolean(), v.array(v.string())])),
  help: text,
  /** A switch is on where one of these packages is a dependency, or one of these variables is set. */
  seen: v.optional(v.strictObject({ ...ecosystems, env: texts }), {}),
})

export const LAYERS = ['stack', 'app', 'database', 'broker', 'proxy', 'platform', 'probe'] as const

export const ManifestSchema = v.strictObject({
  id: identifier,
  title: text,
  /** Other names that people call it by; each means this module wherever a kind is asked for. */
  aliases: v.optional(v.array(identifier), []),
  docs: v.pipe(v.string(), v.url()),
  layer: v.picklist(LAYERS),
  port: v.optional(port),
  endpoint: v.strictObject({ exporter: v.optional(Exporter), native: v.optional(Native) }),
  /** `used`: lean mode keeps what rules and panels name. `all`: an app's own metrics are never dropped. */
  keeps: v.optional(v.picklist(['used', 'all']), 'used'),
  /** Names that other modules' rules and panels need from this one's scrape. */
  keep: texts,
  evidence: v.optional(EvidenceSchema, {}),
  credentials: v.optional(
    v.strictObject({
      user: v.optional(Credential),
      password: v.optional(Credential),
      database: v.optional(Credential),
    }),
    {},
  ),
  settings: v.optional(v.record(text, Setting), {}),
  /** Metrics that a healthy recording lacks, each with the reason why it may. */
  conditional: v.optional(v.record(text, text), {}),
  /** How each library for this framework names its requests; the first one is what `setup` installs. */
  requests: v.optional(v.record(identifier, RequestRow)),
  runtime: v.optional(ModuleRuntime),
  /** What the user has to switch on in the watched service; Markdown, printed as a to-do. */
  setup: v.optional(text),
})

export type Manifest = v.InferOutput<typeof ManifestSchema>
export type Evidence = v.InferOutput<typeof EvidenceSchema>
export type Package = v.InferOutput<typeof DetailedPackage>
export type Ecosystem = keyof typeof ecosystems
export type Layer = (typeof LAYERS)[number]
