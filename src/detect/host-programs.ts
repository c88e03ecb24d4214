import { posix } from 'node:path'
import { codeOfProject } from './code/files.ts'
import type { Project, Projects } from './manifests/projects.ts'
import { portOf } from './ports/port.ts'
import { fields, scalar } from './record.ts'
import type { RepoView } from './repo.ts'
import { yamlsIn } from './yamls.ts'

/** What makes a program of code for the JVM; Quarkus and Micronaut write theirs when they build. */
const STARTS = /\bstatic\s+void\s+main\s*\(|\bfun\s+main\s*\(|\bextends\s+App\b|quarkus|micronaut/
const STARTS_SPRING = /\bSpringApplication\b|\brunApplication\b|SpringBootServletInitializer/
const EXPORTED = /\boutput:\s*['"]export['"]/

/** Tells what can be started of a repo from what others are built from, or what a build turns into files. */
export function programs(projects: Projects): (project: Project) => boolean {
  const { view } = projects
  let needed: ReadonlySet<string> | undefined
  return project => {
    if (project.ecosystem === 'maven') {
      needed ??= neededNames(projects)
      return !needed.has(projects.nameAt(project.folder) ?? '') && startsOnJvm(project, view)
    }
    if (project.ecosystem === 'nuget')
      return project.files.some(file => /(^|\/)(Program|Startup|Global\.asax)\.\w+/.test(file))
    if (project.ecosystem === 'go') return hasMain(project, view)
    const config = project.files.find(file => /^next\.config\.\w+$/.test(file))
    return config === undefined || !EXPORTED.test(view.read(posix.join(project.folder, config)) ?? '')
  }
}

/** A Go module that has programs; of more files than these, not all are read. */
function hasMain({ files, folder }: Project, view: RepoView): boolean {
  const code = files.filter(file => file.endsWith('.go') && !file.endsWith('_test.go'))
  return (
    code.length === 0 ||
    code.length > MOST_FILES ||
    code.some(file => MAIN.test(view.read(posix.join(folder, file)) ?? ''))
  )
}

const MAIN = /^package main\b/m
const MOST_FILES = 1000
const MOST_MODULES = 500

/** Artifacts that another module of the repo asks for. */
const neededNames = (projects: Projects): ReadonlySet<string> =>
  new Set(
    [...projects.folders().keys()]
      .filter(folder => projects.ecosystem(folder) === 'maven')
      .slice(0, MOST_MODULES)
      .flatMap(folder => projects.at(folder) ?? [])
      .filter(one => !one.isParent)
      .flatMap(one => one.dependencies.filter(each => posix.dirname(each.source) === one.folder))
      .map(each => each.name.split(':').at(-1) ?? ''),
  )

/** A module of Java that others are built from has no main method. */
function startsOnJvm(project: Project, view: RepoView): boolean {
  const code = codeOfProject(project, 'maven')
  if (code === undefined || code.length === 0) return true
  const asks = (group: string): boolean => project.dependencies.some(one => one.name.startsWith(group))
  const isSpring = asks('org.springframework.boot:') && !asks('io.quarkus')
  const starts = isSpring ? STARTS_SPRING : STARTS
  const told = [...code, ...project.dependencies.map(one => one.source.replace(/:\d+$/, ''))]
  return [...new Set(told)].some(path => starts.test(view.read(path) ?? ''))
}

/** Where Kestrel listens that is told nothing. https://learn.microsoft.com/aspnet/core/fundamentals/servers/kestrel/endpoints */
const KESTREL = 5000

/** Where `dotnet run` listens: the profile of the project in Properties/launchSettings.json, without TLS if there is such a URL. */
export function launchPort(project: Project, view: RepoView): number | undefined {
  if (project.ecosystem !== 'nuget') return undefined
  const text = view.read(posix.join(project.folder, 'Properties/launchSettings.json')) ?? ''
  const [settings] = yamlsIn(text.replace(/^\uFEFF/, ''))
  const profiles = Object.values(fields(fields(settings).profiles)).map(fields)
  const urls = profiles
    .filter(one => one.commandName === 'Project')
    .flatMap(one => (scalar(one.applicationUrl) ?? '').split(';'))
  const url = urls.find(one => one.startsWith('http:')) ?? urls[0]
  return portOf(/:(\d+)\/?$/.exec(url ?? '')?.[1]) ?? KESTREL
}
