import { posix } from 'node:path'
import type { Ecosystem } from '../../core/modules/manifest.ts'
import type { Warning } from '../detection.ts'
import type { RepoView } from '../repo.ts'
import { cargo } from './cargo.ts'
import { composer } from './composer.ts'
import { type Dependency, type Manifest, type ManifestReader, plausible } from './dependency.ts'
import { gem } from './gem.ts'
import { go } from './go.ts'
import { hex } from './hex.ts'
import { maven } from './maven.ts'
import { npm } from './npm.ts'
import { nuget } from './nuget.ts'
import { pypi } from './pypi.ts'

const READERS: readonly ManifestReader[] = [npm, pypi, go, maven, gem, composer, nuget, cargo, hex]
const DEEPEST = 6

/** A folder with manifests, and all that they ask for. */
export interface Project {
  readonly folder: string
  /** Of its first manifest. */
  readonly ecosystem: Ecosystem | undefined
  readonly dependencies: readonly Dependency[]
  /** It only gathers others, and is nothing that runs. */
  readonly isParent: boolean
  readonly scripts: ReadonlyMap<string, string>
  /** Its files, relative to the folder. */
  readonly files: readonly string[]
  /** The file of Node.js or Python that a service starts, where its command names one. */
  readonly entry?: string
  /** Its code is that program to the end, and nothing else. */
  readonly isFollowed?: boolean
}

/** The projects of a repo; every manifest is read at most once, when it is first asked for. */
export class Projects {
  readonly warnings: Warning[] = []
  readonly #manifests = new Map<string, Manifest | undefined>()
  #folders: ReadonlyMap<string, readonly string[]> | undefined
  #named: ReadonlyMap<string, string> | undefined

  constructor(readonly view: RepoView) {}

  /** Manifests by folder, of the whole repo. */
  folders(): ReadonlyMap<string, readonly string[]> {
    if (this.#folders) return this.#folders
    const found = new Map<string, string[]>()
    for (const path of this.view.files()) {
      if (readerOf(path) === undefined) continue
      const folder = posix.dirname(path)
      const known = found.get(folder)
      if (known) known.push(path)
      else found.set(folder, [path])
    }
    this.#folders = found
    return found
  }

  /** The project in a folder; undefined where that has no manifest. */
  at(folder: string): Project | undefined {
    const given = posix.normalize(folder).replace(/\/$/, '')
    const all = this.folders().get(given) ?? this.#direct(given)
    const own = all.filter(path => !path.endsWith('.lock') || !all.includes(path.slice(0, -'.lock'.length)))
    const paths = [...own, ...this.#requirements(given)]
    if (paths.length === 0) return undefined
    const read = new Set<string>()
    const manifests = paths.flatMap(path => this.#withFollowed(path, read, 0))
    return {
      folder: given,
      ecosystem: readerOf(paths[0] ?? '')?.ecosystem,
      dependencies: resolveAliases(manifests.flatMap(one => one.dependencies)),
      isParent: manifests[0]?.isParent === true,
      scripts: new Map(manifests.slice(0, own.length).flatMap(one => [...(one.scripts ?? [])])),
      files: this.view.filesIn(given),
    }
  }

  /** The language of the first manifest in a folder. */
  ecosystem(folder: string): Ecosystem | undefined {
    return readerOf(this.folders().get(folder)?.[0] ?? '')?.ecosystem
  }

  /** Projects below a folder, at most so many levels down. */
  below(folder: string, depth: number): string[] {
    const prefix = folder === '.' || folder === '' ? '' : `${folder}/`
    return [...this.folders().keys()].filter(
      one =>
        one !== folder &&
        one !== '.' &&
        one.startsWith(prefix) &&
        one.slice(prefix.length).split('/').length <= depth,
    )
  }

  /** Manifests of a folder that the walk left out, because .gitignore names it. */
  #direct(folder: string): string[] {
    const names = [
      'package.json',
      'requirements.txt',
      'pyproject.toml',
      'Pipfile',
      'go.mod',
      'pom.xml',
      'build.gradle',
    ]
    const more = ['build.gradle.kts', 'Gemfile', 'composer.json', 'Cargo.toml', 'mix.exs']
    return [...names, ...more].map(name => posix.join(folder, name)).filter(path => this.view.exists(path))
  }

  /** `requirements/base.txt` and its like. */
  #requirements(folder: string): string[] {
    const inside = posix.join(folder, 'requirements')
    return this.view
      .filesIn(inside)
      .filter(name => /^[\w-]+\.(txt|in)$/.test(name))
      .map(name => posix.join(inside, name))
  }

  /** A manifest, its parents, and those of the repo that it depends on by name: a server that a package of a package has is not this one's. */
  #withFollowed(path: string, read: Set<string>, depth: number): Manifest[] {
    if (read.has(path) || depth > DEEPEST) return []
    read.add(path)
    const manifest = this.#manifest(path)
    if (manifest === undefined) return []
    const local = manifest.dependencies
      .filter(one => !one.dev && (one.ecosystem !== 'npm' || depth === 0))
      .flatMap(one => this.#byName().get(`${one.ecosystem} ${one.name.split(':').at(-1)}`) ?? [])
    const followed = [...(manifest.follow ?? []), ...local].filter(one => !one.startsWith('..'))
    return [manifest, ...followed.flatMap(one => this.#withFollowed(posix.normalize(one), read, depth + 1))]
  }

  /** The project whose manifest gives it this name, with or without its scope. */
  named(name: string): Project | undefined {
    const isIt = (key: string): boolean => key.endsWith(` ${name}`) || key.split(/[ /]/).at(-1) === name
    const entry = [...this.#byName()].find(([key]) => isIt(key))
    return entry && this.at(posix.dirname(entry[1]))
  }

  /** What the manifest in a folder calls it. */
  nameAt(folder: string): string | undefined {
    return (this.folders().get(folder) ?? []).flatMap(path => this.#manifest(path)?.name ?? [])[0]
  }

  /** What the repo may be called: its folder, where it was cloned from, and what its manifests at the root say. */
  repoNames(): readonly string[] {
    const manifests = (this.folders().get('.') ?? []).flatMap(path => this.#manifest(path)?.name ?? [])
    const names = [this.origin(), ...manifests].map(name => name.split(/[/:]/).at(-1) ?? '')
    return [
      ...new Set([this.view.name, ...names].filter(name => name !== '').map(name => name.toLowerCase())),
    ]
  }

  /** Whose repo it was cloned from. */
  owners(): readonly string[] {
    const owner = this.origin().split(/[/:]/).at(-2) ?? ''
    return owner === '' ? [] : [owner]
  }

  /** Where the repo was cloned from; empty where nothing says so. */
  origin(): string {
    const remote = /^\[remote "origin"\]\s*(?:\n\s+.*)*?\n\s+url\s*=\s*(\S+)/m
    const [, url = ''] = remote.exec(this.view.read('.git/config') ?? '') ?? []
    return url.replace(/\/?(\.git)?$/, '')
  }

  #byName(): ReadonlyMap<string, string> {
    if (this.#named) return this.#named
    const found = new Map<string, string>()
    this.#named = found
    for (const path of [...this.folders().values()].flat()) {
      const name = this.#manifest(path)?.name
      if (name !== undefined) found.set(`${readerOf(path)?.ecosystem} ${name}`, path)
    }
    return found
  }

  #manifest(path: string): Manifest | undefined {
    if (this.#manifests.has(path)) return this.#manifests.get(path)
    const text = this.view.read(path)
    const why = text === undefined ? this.view.refused(path) : undefined
    if (why !== undefined) this.warnings.push({ message: `It ${why}.`, at: { file: path } })
    const manifest = text === undefined ? undefined : this.#parsed(path, text)
    this.#manifests.set(path, manifest)
    return manifest
  }

  #parsed(path: string, text: string): Manifest | undefined {
    try {
      const manifest = (readerOf(path) ?? pypi).read(text, path)
      const { mistake } = manifest
      if (mistake) this.warnings.push({ message: mistake.message, at: { file: path, line: mistake.line } })
      return { ...manifest, dependencies: plausible(manifest.dependencies) }
    } catch (error) {
      this.warnings.push(warningOf(error, path))
      return undefined
    }
  }
}

const readerOf = (path: string): ManifestReader | undefined => {
  const name = posix.basename(path)
  return READERS.find(reader => reader.accepts(name))
}

function warningOf(error: unknown, path: string): Warning {
  const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
  const line = error instanceof Error && 'line' in error ? Number(error.line) : undefined
  const at = line === undefined ? { file: path } : { file: path, line }
  return { message: /^It is /.test(why) ? why : `It cannot be read: ${why.slice(0, 200)}`, at }
}

/** What a Gradle build takes by an alias is what the version catalog says of it. */
function resolveAliases(dependencies: readonly Dependency[]): Dependency[] {
  const catalog = new Map(
    dependencies.filter(one => one.version.startsWith('libs:')).map(one => [one.version, one]),
  )
  return dependencies
    .filter(one => !one.version.startsWith('libs:'))
    .map(one => {
      const entry = one.name.startsWith('libs:') ? catalog.get(one.name) : undefined
      return entry ? { ...one, name: entry.name } : one
    })
}
