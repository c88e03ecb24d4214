import type { Module } from '../../core/modules/module.ts'
import type { Project } from '../manifests/projects.ts'
import type { RepoView } from '../repo.ts'
import type { Aside } from '../verdict.ts'
import { codeOf } from './files.ts'

/**
 * Code of which all can be read, and none of which names anything that answers HTTP: a bot, a worker, gRPC, plain TCP. Go has rules of its
 * own, see go-answers.ts.
 */
export function silentCode(
  project: Project | undefined,
  modules: readonly Module[],
  view: RepoView,
): Aside | undefined {
  const { ecosystem } = project ?? {}
  if (project === undefined || ecosystem === undefined) return undefined
  const words = modules.flatMap(one => one.manifest.evidence.code[ecosystem] ?? [])
  const code = words.length === 0 ? undefined : codeOf(project.folder, ecosystem, view)
  const [first] = code ?? []
  if (code === undefined || first === undefined) return undefined
  const answers = new RegExp(words.join('|'))
  const isSilent = code.every(path => {
    const text = view.read(path)
    return text !== undefined && !answers.test(text)
  })
  const source = code.find(path => MAIN.test(path)) ?? first
  return isSilent ? { reason: 'none of its code answers HTTP', source, part: undefined } : undefined
}

const MAIN = /(^|\/)(main|index|app|server|bot|__main__)\.\w+$/
