import { posix } from 'node:path'
import type { Ecosystem } from '../core/modules/manifest.ts'
import type { Module } from '../core/modules/module.ts'
import type { Project } from './manifests/projects.ts'
import type { RepoView } from './repo.ts'
import type { Aside } from './verdict.ts'

/** Where the code of a language stands. Go has rules of its own: see go-answers.ts. */
const CODE: Partial<Record<Ecosystem, RegExp>> = {
  npm: /\.[cm]?[jt]sx?$/,
  pypi: /\.py$/,
  cargo: /\.rs$/,
  maven: /\.(java|kt|scala|groovy)$/,
  gem: /\.(rb|ru)$/,
  nuget: /\.(cs|fs|vb)$/,
  hex: /\.exs?$/,
}
const ASIDE = /(^|\/)(tests?|specs?|__tests__|examples?|docs?|benches)\/|\.(test|spec)\.|\.d\.ts$/
const MOST_FILES = 400

/** Code of which all can be read, and none of which names anything that answers HTTP: a bot, a worker, gRPC, plain TCP. */
export function silentCode(
  project: Project | undefined,
  modules: readonly Module[],
  view: RepoView,
): Aside | undefined {
  const { ecosystem } = project ?? {}
  const files = ecosystem && CODE[ecosystem]
  const words = modules.flatMap(one => (ecosystem && one.manifest.evidence.code[ecosystem]) ?? [])
  if (project === undefined || files === undefined || words.length === 0) return undefined
  const code = project.files.filter(file => files.test(file) && !ASIDE.test(file))
  const [first] = code
  if (first === undefined || code.length > MOST_FILES) return undefined
  const answers = new RegExp(words.join('|'))
  const isSilent = code.every(file => {
    const text = view.read(posix.join(project.folder, file))
    return text !== undefined && !answers.test(text)
  })
  return isSilent
    ? {
        reason: 'none of its code answers HTTP',
        source: posix.join(project.folder, code.find(file => MAIN.test(file)) ?? first),
        part: undefined,
      }
    : undefined
}

const MAIN = /(^|\/)(main|index|app|server|bot|__main__)\.\w+$/
