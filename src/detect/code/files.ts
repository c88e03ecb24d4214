import { posix } from 'node:path'
import type { Ecosystem } from '../../core/modules/manifest.ts'
import type { Project } from '../manifests/projects.ts'
import type { RepoView } from '../repo.ts'

/** Where the code of a language stands. */
const CODE: Partial<Record<Ecosystem, RegExp>> = {
  npm: /\.([cm]?[jt]sx?|vue|svelte)$/,
  pypi: /\.py$/,
  go: /(?<!_test)\.go$/,
  cargo: /\.rs$/,
  maven: /\.(java|kt|scala|groovy)$/,
  gem: /\.(rb|ru)$/,
  nuget: /\.(cs|fs|vb)$/,
  hex: /\.exs?$/,
}
const ASIDE = /(^|\/)(tests?|specs?|__tests__|examples?|docs?|benches|migrations)\/|\.(test|spec)\.|\.d\.ts$/
/** Of more files than these, not all are read. */
const MOST_FILES = 600

/** The code of one language in a folder, without its tests; undefined where that is too much to read, or nobody knows its files. */
export const codeOf = (folder: string, ecosystem: Ecosystem, view: RepoView): string[] | undefined =>
  codeAmong(view.filesIn(folder), folder, ecosystem)

/** The same of a project: of several programs in it only that of the service. */
export const codeOfProject = ({ files, folder }: Project, ecosystem: Ecosystem): string[] | undefined =>
  codeAmong(files, folder, ecosystem)

function codeAmong(files: readonly string[], folder: string, ecosystem: Ecosystem): string[] | undefined {
  const pattern = CODE[ecosystem]
  const found = pattern && files.filter(file => pattern.test(file) && !ASIDE.test(file))
  return found === undefined || found.length > MOST_FILES
    ? undefined
    : found.map(file => posix.join(folder, file))
}
