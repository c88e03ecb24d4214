import { posix } from 'node:path'
import { appOf } from './app.ts'
import type { ComposeService } from './compose/service.ts'
import type { DetectedService, Findings, Skipped } from './detection.ts'
import { parseDockerfile } from './docker/dockerfile.ts'
import { launchPort, programs } from './host-programs.ts'
import { instrumentation, switches } from './instrumented.ts'
import type { Project, Projects } from './manifests/projects.ts'
import { metricsOf } from './metrics.ts'
import { jvmConfig } from './ports/jvm-config.ts'
import { listening } from './ports/listening.ts'
import { portBeside } from './ports/variables.ts'
import type { RepoView } from './repo.ts'
import type { Kind, Knowledge } from './verdict.ts'

/** Folders whose code shows, tests or documents something. */
const ASIDE =
  /(^|\/)(examples?|samples?|demos?|tests?|e2e|testdata|fixtures|docs?|templates?|benchmarks?|__tests__|spec)(\/|$)/i
const MOST_PROJECTS = 500

type App = Kind & { readonly project: Project }

/** Apps of a repo without a Compose file: they run on the host. */
export function appsOnHost(projects: Projects, knowledge: Knowledge, view: RepoView): Findings {
  const names = new Set<string>()
  const services = apps(projects, knowledge).map(app => {
    const name = unused(nameOf(app.project, view), names)
    return hostService(name, app, view)
  })
  return { services, skipped: [] }
}

/** Apps of which the Compose file says nothing: while people develop, they often run on the host. */
export function notInCompose(
  services: readonly ComposeService[],
  found: readonly DetectedService[],
  projects: Projects,
  knowledge: Knowledge,
  view: RepoView,
): Skipped[] {
  const isBuilt = services.some(service => service.build?.context !== undefined)
  const isUsed = (folder: string): boolean =>
    found.some(one => one.evidence.some(({ source }) => posix.dirname(source) === folder))
  if (isBuilt) return []
  return apps(projects, knowledge)
    .filter(app => !isUsed(app.project.folder))
    .slice(0, 20)
    .map(app => {
      const { address, kind, evidence } = hostService(nameOf(app.project, view), app, view)
      const port = address.split(':')[1]
      return {
        name: app.project.folder === '.' ? view.name : app.project.folder,
        reason: `it is not in the Compose file; where it runs on the host:  vigie add ${kind} --address host.docker.internal:${port}`,
        source: evidence[0]?.source ?? '',
        part: undefined,
      }
    })
}

function apps(projects: Projects, knowledge: Knowledge): App[] {
  const isProgram = programs(projects)
  return [...projects.folders().keys()]
    .filter(folder => !ASIDE.test(folder))
    .sort((a, b) => a.split('/').length - b.split('/').length || (a < b ? -1 : 1))
    .slice(0, MOST_PROJECTS)
    .flatMap(folder => {
      const project = projects.at(folder)
      const app =
        project &&
        !project.isParent &&
        isProgram(project) &&
        appOf(project, undefined, knowledge.modules, projects.view)
      return app && project && app.evidence.some(one => one.source.startsWith(folder === '.' ? '' : folder))
        ? [{ ...app, project }]
        : []
    })
}

function hostService(name: string, app: App, view: RepoView): DetectedService {
  const { module, project, evidence, confidence } = app
  const named = app.package
  const library = instrumentation(module, undefined, project)
  const path = posix.join(project.folder, 'Dockerfile')
  const exposed = parseDockerfile(path, view.read(path) ?? '')?.exposed[0]?.port
  const flag = /--?p(?:ort)?[= ](\d{2,5})\b/.exec(project.scripts.get('start') ?? '')?.[1]
  const jvm = jvmConfig(project, new Map(), '', view)
  const known =
    (flag === undefined ? undefined : Number(flag)) ??
    jvm?.port ??
    launchPort(project, view) ??
    portBeside(project.folder, view) ??
    exposed ??
    listening(project, view)?.value
  const port = known ?? named?.port ?? module.manifest.port ?? 8080
  return {
    name,
    kind: module.id,
    address: `localhost:${port}`,
    networks: [],
    ...metricsOf(app, port, { library: library?.package, jvm }),
    replicas: 1,
    container: undefined,
    credentials: {},
    credentialsFrom: [],
    settings: { ...switches(module, undefined, project), ...named?.settings, ...library?.package?.settings },
    evidence: [...evidence, ...(library ? [library.evidence] : [])],
    instrumented: library !== undefined,
    confidence: known === undefined && confidence === 'high' ? 'medium' : confidence,
  }
}

const nameOf = (project: Project, view: RepoView): string =>
  (project.folder === '.' ? view.name : posix.basename(project.folder))
    .replace(/[^A-Za-z0-9_.-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '') || 'app'

function unused(name: string, taken: Set<string>): string {
  let free = name
  for (let count = 2; taken.has(free); count++) free = `${name}-${count}`
  taken.add(free)
  return free
}
