import { posix } from 'node:path'
import type { RepoView } from '../repo.ts'
import { assignedIn, type BuildOptions, optionsOf, optionsOfStep, withAssigned } from './build-options.ts'
import { imageRepository, imageTag, matches } from './image.ts'

/** What makes an image: `docker build -t acme/api -f api/Dockerfile .` in a script, a Makefile, a workflow or the README. */
export interface BuildCommand {
  /** What it is called; `*` stands for what only its run knows. */
  readonly image: string
  readonly context: string
  readonly dockerfile: string
  readonly target: string | undefined
}

const PLACES =
  /(^|\/)(makefile|justfile|jenkinsfile|taskfile\.ya?ml|package\.json|readme\.(md|txt|rst)|\.gitlab-ci\.yml)$|\.(sh|bash|mk|bat|cmd|ps1)$|^\.github\/workflows\/[^/]+\.ya?ml$/i
const MOST_FILES = 300
const MOST_TEXT = 100_000
const MOST_COMMANDS = 200
/** A step of a workflow has no more. */
const MOST_LINES = 40

/** Every build of an image that the repo tells, as far as its Dockerfile is here. */
export const buildCommands = (view: RepoView): BuildCommand[] =>
  view
    .files()
    .filter(path => PLACES.test(path))
    .slice(0, MOST_FILES)
    .flatMap(path => commandsIn(path, view.read(path)?.slice(0, MOST_TEXT) ?? '', view))

/** The build of an image: that of the same name, and of the same tag where only that tells several apart. */
export function commandFor(image: string, commands: readonly BuildCommand[]): BuildCommand | undefined {
  const repository = imageRepository(image)
  const name = posix.basename(repository)
  const found = commands.filter(one => {
    const made = imageRepository(one.image)
    const isOwned = made.includes('/') && repository.includes('/')
    return isOwned ? matches(repository, made) : matches(name, posix.basename(made))
  })
  const [first] = found
  return found.every(one => one.dockerfile === first?.dockerfile)
    ? first
    : found.find(one => imageTag(one.image) === imageTag(image))
}

const COMMAND =
  /\b(?:docker(?:\s+image)?(?:\s+buildx)?|podman|nerdctl)\s+build\b([^\n;&|]*)|\bcd\s+([^\s;&|"']+)/g
const ACTION = /docker\/build-push-action/

function commandsIn(path: string, text: string, view: RepoView): BuildCommand[] {
  if (!/\bbuild\b/.test(text)) return []
  const variables = assignedIn(text)
  const filled = (some: string): string => withAssigned(some, variables)
  const lines = text.replace(/\\\r?\n/g, ' ').split('\n')
  const telling = [...lines.entries()].filter(([, line]) => ACTION.test(line) || line.search(COMMAND) >= 0)
  let at = '.'
  return telling.slice(0, MOST_COMMANDS).flatMap(([index, line]) => {
    const step = stepOf(lines, index)
    if (ACTION.test(line)) return madeBy(optionsOfStep(filled(step)), path, '.', view)
    return [...line.matchAll(COMMAND)].flatMap(([, given, folder]) => {
      if (folder !== undefined) at = entered(at, folder)
      return given === undefined ? [] : madeBy(optionsOf(filled(given)), path, folderOfStep(step) ?? at, view)
    })
  })
}

/** `cd api`, then `cd ..`; what is not to be told leads back to where it began. */
const entered = (at: string, folder: string): string =>
  /^[$`~/-]/.test(folder) ? '.' : posix.join(at, folder)

/** The lines of a YAML list's entry around one of them. */
function stepOf(lines: readonly string[], index: number): string {
  const isStart = (line: string): boolean => /^\s*- \w/.test(line)
  const before = lines.slice(Math.max(0, index - MOST_LINES), index + 1)
  const after = lines.slice(index + 1, index + MOST_LINES)
  const end = after.findIndex(isStart)
  const start = Math.max(0, before.findLastIndex(isStart))
  return [...before.slice(start), ...after.slice(0, end < 0 ? undefined : end)].join('\n')
}

const folderOfStep = (step: string): string | undefined =>
  /^[ \t]*(?:- )?working-directory:[ \t]*["']?([^\s"']+)/m.exec(step)?.[1]

/** The build that options ask for, relative to where the command runs, to the file that tells it, or to the root: wherever the Dockerfile is. */
function madeBy(options: BuildOptions, path: string, folder: string, view: RepoView): BuildCommand[] {
  const { context, dockerfile, target } = options
  const beside = posix.dirname(path)
  const places = [posix.join(beside, folder), folder, beside, '.'].map(start => ({
    context: posix.normalize(posix.join(start, context)),
    dockerfile: posix.join(start, dockerfile ?? posix.join(context, 'Dockerfile')),
  }))
  const place = places.find(one => !one.dockerfile.startsWith('..') && view.exists(one.dockerfile))
  const isNamed = (image: string): boolean => /\w/.test(posix.basename(imageRepository(image)))
  return place === undefined ? [] : options.images.filter(isNamed).map(image => ({ ...place, image, target }))
}
