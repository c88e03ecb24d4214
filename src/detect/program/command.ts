import { posix } from 'node:path'
import type { Ecosystem } from '../../core/modules/manifest.ts'
import { imageRepository, isBare, languageOfImages } from '../docker/image.ts'
import type { Facts } from '../facts.ts'
import type { Project } from '../manifests/projects.ts'
import { type Task, taskIn } from './package-manager.ts'
import { languageStarted, lastOf } from './started.ts'

/** Scripts of a manifest that call each other. */
const DEEPEST = 4

/** What a command does in the end: the last of a chain, with `npm start` as what the script says and `$PORT` filled in. */
export function finalCommand(facts: Facts, project: Project | undefined): string {
  const last = lastOf(facts.command?.value ?? '')
  let all = last
  let task = taskIn(last)
  for (let depth = 0; task && depth < DEEPEST; depth++) {
    const script = lastOf(project?.scripts.get(task.script) ?? '')
    if (script === '') return all
    all = `${all} ${script}`
    task = taskIn(script)
  }
  return all
}

/** The task of a package manager that a service runs, such as `pnpm --filter api start`. */
export const taskOf = (facts: Facts): Task | undefined => taskIn(lastOf(facts.command?.value ?? ''))

/** The language of what a service runs: by the program that it starts, its image, or where that is bare, the stages that compile it. */
export function languageOf(facts: Facts): Ecosystem | undefined {
  const images = facts.images.map(one => one.value)
  const isEmpty = images.every(one => isBare(imageRepository(one)))
  const stages = isEmpty ? (facts.dockerfile?.copiedFrom ?? []) : []
  const [compiler, ...others] = new Set(stages.map(one => languageOfImages([one])))
  return languageOfCommand(facts) ?? languageOfImages(images) ?? (others.length === 0 ? compiler : undefined)
}

/** Languages of which no manifest is read. */
const OTHERS =
  /(^|\/)(gcc|clang|dart|flutter|haskell|swift|crystal(lang)?|nim|zig|julia|r-base|r-ver|shiny|perl|opam|gleam|racket|sbcl)$/

/** Whether a service is compiled from, or run by, a language of which no manifest is read: those beside it are another one's. */
export function isOtherLanguage(facts: Facts): boolean {
  const images = [...facts.images.map(one => one.value), ...(facts.dockerfile?.copiedFrom ?? [])]
  return languageOf(facts) === undefined && images.some(one => OTHERS.test(imageRepository(one)))
}

/** The language of the program that a service starts, where its name says that, or the build that made it. */
export function languageOfCommand(facts: Facts): Ecosystem | undefined {
  const last = lastOf(facts.command?.value ?? '')
  const program = posix.basename(last.split(/\s+/)[0] ?? '')
  const isGo = facts.dockerfile?.programs.some(one => one.name === program) === true
  return languageStarted(last) ?? (isGo ? 'go' : undefined)
}
