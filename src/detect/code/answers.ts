import { posix } from 'node:path'
import type { Module } from '../../core/modules/module.ts'
import { lineAt } from '../manifests/dependency.ts'
import type { Project } from '../manifests/projects.ts'
import type { RepoView } from '../repo.ts'
import type { Aside } from '../verdict.ts'
import { codeOfProject } from './files.ts'
import { entryOf } from './reach/entry.ts'

/** Whether the code of a project answers HTTP, and where that is seen; undefined where not all of it can be read. */
export interface Answers {
  readonly holds: boolean
  readonly source: string
}

/** What the code of a project says, in the words that modules know of it. Go has rules of its own, see go-answers.ts. */
export function answersInCode(
  project: Project | undefined,
  modules: readonly Module[],
  view: RepoView,
): Answers | undefined {
  const { ecosystem } = project ?? {}
  if (project === undefined || ecosystem === undefined) return undefined
  const words = modules.flatMap(one => one.manifest.evidence.code[ecosystem] ?? [])
  const code = words.length === 0 ? undefined : codeOfProject(project, ecosystem)
  const [first] = code ?? []
  if (code === undefined || first === undefined) return undefined
  const answers = new RegExp(words.join('|'))
  for (const path of code) {
    const text = view.read(path)
    if (text === undefined) return undefined
    const found = answers.exec(text)
    if (found) return { holds: true, source: `${path}:${lineAt(text, found.index)}` }
  }
  return { holds: false, source: code.find(path => MAIN.test(path)) ?? first }
}

/** Whether a service starts a program of Node.js beside a front end, in whose folder something answers HTTP. */
export function servesFront(
  command: string,
  project: Project | undefined,
  modules: readonly Module[],
  view: RepoView,
): boolean {
  const entry = project && entryOf(command, project)
  if (project === undefined || entry === undefined) return false
  const path = posix.join(project.folder, entry)
  return (
    answersInCode(
      { ...project, folder: posix.dirname(path), files: view.filesIn(posix.dirname(path)) },
      modules,
      view,
    )?.holds === true
  )
}

/** A bot, a worker, gRPC, plain TCP. */
export const silentCode = (answers: Answers | undefined): Aside | undefined =>
  answers?.holds === false
    ? { reason: 'none of its code answers HTTP', source: answers.source, part: undefined }
    : undefined

const MAIN = /(^|\/)(main|index|app|server|bot|__main__)\.\w+$/
