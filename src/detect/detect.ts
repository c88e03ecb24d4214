import type { Registry } from '../core/modules/registry.ts'
import type { SeenRule } from '../core/modules/seen.ts'
import { notRunning, unnameable } from './aside.ts'
import { isExample, ofExample } from './compose/files.ts'
import { type ComposeChoice, findCompose } from './compose/find.ts'
import { type ComposeProject, loadCompose } from './compose/load.ts'
import { type ComposeService, composeServices } from './compose/service.ts'
import type { Detection, Findings, Warning } from './detection.ts'
import { withBuilds } from './docker/built-elsewhere.ts'
import { withParents } from './docker/parents.ts'
import { factsOf } from './facts.ts'
import { appsOnHost, notInCompose } from './host-apps.ts'
import { judge } from './judge.ts'
import { Projects } from './manifests/projects.ts'
import { refuseNames } from './names.ts'
import { Calls } from './ports/calls.ts'
import { projectName } from './project-name.ts'
import { proposal } from './proposal.ts'
import type { RepoView } from './repo.ts'
import { Scrapes } from './scrapes.ts'
import type { Knowledge } from './verdict.ts'

export interface Look {
  readonly view: RepoView
  readonly registry: Registry
  readonly seen: readonly SeenRule[]
  /** The Compose file to read, where it is not to be found. */
  readonly compose?: string | undefined
}

/** Looks at what a repo runs. Reads files and executes nothing. */
export function detect({ view, registry, seen, compose }: Look): Detection {
  const choice = findCompose(view, compose)
  const project = choice.files.length > 0 ? loadCompose(view, choice.files) : undefined
  const knowledge = { modules: registry.kinds().map(id => registry.get(id)), seen }
  const projects = new Projects(view)
  const built = project ? withBuilds(composeServices(view, project), choice.others, knowledge, projects) : []
  const services = withParents(built, view)
  refuseNames(services)
  const found = project
    ? inCompose(services, project, knowledge, projects, view)
    : appsOnHost(projects, knowledge, view)
  const aside = project ? notInCompose(services, found.services, projects, knowledge, view) : []
  return {
    composeFile: choice.files[0],
    composeFiles: [...choice.files.slice(0, 1), ...choice.others],
    rivals: choice.rivals,
    project: projectName(view, project),
    services: found.services,
    skipped: [...found.skipped, ...aside],
    warnings: [
      ...(project?.warnings ?? []),
      ...unread(services, view),
      ...projects.warnings,
      ...general(view, project, choice),
    ],
    broken: project?.broken,
    taken: services.map(service => service.name),
    published: services.flatMap(service => service.ports.flatMap(port => port.published ?? [])),
  }
}

/** Dockerfiles that are there and say nothing. */
function unread(services: readonly ComposeService[], view: RepoView): Warning[] {
  const paths = new Set(
    services.flatMap(({ build }) => (build?.context === undefined ? [] : build.dockerfile)),
  )
  return [...paths].flatMap(file => {
    const why = view.refused(file)
    return why === undefined ? [] : [{ message: `It ${why}.`, at: { file } }]
  })
}

const general = (
  view: RepoView,
  project: ComposeProject | undefined,
  { files, missing }: ComposeChoice,
): Detection['warnings'] => [
  ...missing.map(path => ({
    message: `COMPOSE_FILE names ${path}, which is not here.`,
    at: { file: '.env' },
  })),
  ...(project
    ? []
    : [{ message: 'No Compose file found: services are watched on the host.', at: undefined }]),
  ...files.filter(isExample).map(file => ({
    message: `It is only an example of a Compose file; cp ${file} ${ofExample(file)} makes one.`,
    at: { file },
  })),
  ...(view.isCut()
    ? [{ message: 'The repo has too many files: the deepest folders were not read.', at: undefined }]
    : []),
]

function inCompose(
  services: readonly ComposeService[],
  project: ComposeProject,
  knowledge: Knowledge,
  projects: Projects,
  view: RepoView,
): Findings {
  const scene = { services, project, calls: new Calls(services, view), scrapes: new Scrapes(view), view }
  const awaited = new Set(services.flatMap(service => service.awaits))
  const found: Findings = { services: [], skipped: [] }
  for (const service of services) {
    const facts = factsOf(service, view)
    const verdict =
      notRunning(service, facts, services, awaited, project) ??
      unnameable(service, judge(service, facts, knowledge, projects, scene))
    if ('reason' in verdict) found.skipped.push({ name: service.name, ...verdict })
    else found.services.push(proposal(service, facts, verdict, scene))
  }
  return found
}
