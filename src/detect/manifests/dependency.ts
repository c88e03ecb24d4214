import type { Ecosystem } from '../../core/modules/manifest.ts'

/** A package that a manifest asks for, with its place. */
export interface Dependency {
  readonly ecosystem: Ecosystem
  /** As the registry knows it; see docs/modules.md for each ecosystem. */
  readonly name: string
  readonly version: string
  /** Only for building or testing. */
  readonly dev: boolean
  /** `api/package.json:12` */
  readonly source: string
}

/** What a manifest says. */
export interface Manifest {
  readonly dependencies: readonly Dependency[]
  /** Further manifests that belong to it, relative to the repo root: parents, `-r base.txt`, version catalogs. */
  readonly follow?: readonly string[]
  /** The name of the package, by which others of the repo may depend on it. */
  readonly name?: string | undefined
  /** npm scripts: what `npm start` runs. */
  readonly scripts?: ReadonlyMap<string, string>
  /** It only gathers others, and is nothing that runs. */
  readonly isParent?: boolean
  /** What is wrong with it; the rest was read all the same. */
  readonly mistake?: Mistake | undefined
}

export interface Mistake {
  readonly message: string
  readonly line: number
}

/** One kind of manifest. Pure: text in, dependencies out. */
export interface ManifestReader {
  readonly ecosystem: Ecosystem
  /** Whether a file of this name is one. */
  accepts(name: string): boolean
  /** @throws Error whose message says what is wrong with the text; one with a `line` says where */
  read(text: string, path: string): Manifest
}

/** Nobody asks for more; whoever seems to is no manifest of an app. */
export const MOST_DEPENDENCIES = 1000

/** No registry takes a longer name, in characters: https://docs.npmjs.com/cli/configuring-npm/package-json#name has 214. */
const LONGEST_NAME = 300

/** What is left of a list once names that no package can have, and whatever is too much, are gone. */
export const plausible = (dependencies: readonly Dependency[]): Dependency[] =>
  dependencies.filter(one => one.name.length <= LONGEST_NAME).slice(0, MOST_DEPENDENCIES)

/** The line of the first match, or of an offset. */
export function lineAt(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++
  return line
}

/** A word that stands farther away is given the first line. */
const FARTHEST = 200_000

/** Where a word first stands as a key or an item of a manifest whose parser keeps no places. */
export function lineOf(text: string, word: string, from = 0): number {
  const part = text.slice(from, from + FARTHEST).toLowerCase()
  const wanted = word.toLowerCase()
  for (let at = part.indexOf(wanted); at >= 0 && wanted !== ''; at = part.indexOf(wanted, at + 1)) {
    const [before = ' ', after = ' '] = [part[at - 1], part[at + wanted.length]]
    if (!/[\w@/.-]/.test(before) && !/[\w/.-]/.test(after)) return lineAt(text, from + at)
  }
  return 1
}

/** Comments gone, every other character where it was. */
export const blank = (text: string, pattern: RegExp): string =>
  text.replace(pattern, found => found.replace(/[^\n]/g, ' '))
