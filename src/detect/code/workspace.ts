import { posix } from 'node:path'
import type { ComposeService } from '../compose/service.ts'
import type { Facts } from '../facts.ts'
import type { Project, Projects } from '../manifests/projects.ts'
import { languageOf, taskOf } from '../program/command.ts'
import { nxProject } from '../program/nx.ts'
import { type Task, taskIn } from '../program/package-manager.ts'
import { lastOf } from '../program/started.ts'

/**
 * The package that `pnpm --filter @shop/api start` or `npm --prefix api start` starts.
 * @param root where that is said
 */
export function workspaceOf(task: Task | undefined, root: string, projects: Projects): Project | undefined {
  const name = task?.workspace
  if (name === undefined) return undefined
  const ofNx = task?.isNx === true ? nxProject(name, task.script, projects) : undefined
  if (ofNx) return ofNx
  const below = projects.at(posix.join(root, name))
  if (below) return below
  const folder = [...projects.folders().keys()].find(one => one === name || one.endsWith(`/${name}`))
  return projects.named(name) ?? (folder === undefined ? undefined : projects.at(folder))
}

/** The project that an argument of the build names: its folder, its manifest, or what its manifest calls it. */
export function argued({ build }: ComposeService, projects: Projects): Project | undefined {
  const root = build?.context ?? '.'
  const named = [...(build?.args ?? [])]
    .filter(([name]) => ARGUED.test(name))
    .flatMap(([, value]) => {
      const path = posix.join(root, value)
      const isManifest = projects.folders().get(posix.dirname(path))?.includes(path) === true
      const folder = isManifest ? posix.dirname(path) : path
      return (folder === root ? undefined : (projects.at(folder) ?? projects.named(value))) ?? []
    })
  // A module of a Go workspace may ask for nothing itself.
  return named.find(one => one.ecosystem === 'go' || one.dependencies.some(dependency => !dependency.dev))
}

/** The one project that the Dockerfile builds of several, where that is in the language of what runs. */
export function targeted({ build }: ComposeService, facts: Facts, projects: Projects): Project | undefined {
  const root = build?.context ?? '.'
  // A package of Node.js without a script that starts it is a library of the others.
  const isProgram = ({ ecosystem, scripts }: Project): boolean =>
    ecosystem !== 'npm' || [...scripts.keys()].some(name => /^(start|serve)/.test(name))
  const named = (facts.dockerfile?.targets ?? []).flatMap(
    name => projects.at(posix.join(root, name)) ?? projects.named(name) ?? [],
  )
  const found = [...named, ...(named.length > 0 ? [] : madeIn(root, facts, projects))].filter(isProgram)
  const [only, ...others] = found.filter(
    (one, index) => found.findIndex(other => other.folder === one.folder) === index,
  )
  const home = projects.at(posix.dirname(build?.dockerfile ?? '.'))
  // One that was copied from the Dockerfile of another project still builds that.
  const isCopied =
    home !== undefined && ![root, only?.folder].includes(home.folder) && home.ecosystem === only?.ecosystem
  const isIt = only !== undefined && !isCopied && only.folder !== root && only.ecosystem === languageOf(facts)
  return isIt && others.length === 0 ? only : undefined
}

/** The projects of what is copied from a stage that built it: `apps/web` of `/app/apps/web/dist`. */
function madeIn(root: string, facts: Facts, projects: Projects): Project[] {
  return (facts.dockerfile?.made ?? []).slice(0, MOST_PATHS).flatMap(path => {
    const parts = path
      .split('/')
      .filter(part => part !== '')
      .slice(0, DEEPEST)
    const inner = parts.flatMap((_, from) =>
      parts.slice(from).map((_, length) => parts.slice(from, parts.length - length).join('/')),
    )
    const folder = inner.find(one => projects.folders().has(posix.join(root, one)))
    return (folder === undefined ? undefined : projects.at(posix.join(root, folder))) ?? []
  })
}

/** A Dockerfile that copies more was not written by a person. */
const MOST_PATHS = 40
/** A path in an image that is longer names no project. */
const DEEPEST = 8

const ARGUED =
  /(^|_)(SERVICE|APP|APPLICATION|PACKAGE|MODULE|PROJECT|MANIFEST|BIN|BINARY|WORKSPACE|CRATE)(_|$)/i

/** Where a script of the project leads: `"start": "cd packages/core && npm start"`, `"api": "pnpm --filter api start"`. */
export function entered(project: Project, facts: Facts, projects: Projects): Project {
  const script = project.scripts.get(taskOf(facts)?.script ?? '') ?? ''
  const [, folder] = /^\s*cd\s+([\w./-]+)\s*&&/.exec(script) ?? []
  const inner =
    folder === undefined
      ? workspaceOf(taskIn(lastOf(script)), project.folder, projects)
      : projects.at(posix.join(project.folder, folder))
  return inner ? { ...inner, scripts: new Map([...project.scripts, ...inner.scripts]) } : project
}
