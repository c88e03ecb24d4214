import { posix } from 'node:path'
import type { Facts } from '../facts.ts'
import { goProgram, withImported } from '../manifests/go-program.ts'
import type { Project } from '../manifests/projects.ts'
import { finalCommand } from '../program/command.ts'
import type { RepoView } from '../repo.ts'

/** Of a Go module with several programs, what belongs to the one that the service runs; the whole where that is not to be told. */
export function ofGoProgram(project: Project, context: string, facts: Facts, view: RepoView): Project {
  if (project.ecosystem !== 'go') return project
  const main = mainOf(project, context, facts)
  return (main === undefined ? undefined : goProgram(project, main, view)) ?? withImported(project, view)
}

/** The folder of the main package: what `go run` names, or what `go build` made the program from. */
function mainOf(project: Project, context: string, facts: Facts): string | undefined {
  const command = finalCommand(facts, project)
  const [, run] = /\bgo run\s+(?:-\S+\s+)*(\S+)/.exec(command) ?? []
  const program = posix.basename(command.split(/\s+/)[0] ?? '')
  const built = facts.dockerfile?.programs ?? []
  const [only] = built.length === 1 ? built : []
  const path = run ?? (built.find(one => one.name === program) ?? only)?.main
  if (path === undefined) return undefined
  const folder = path.endsWith('.go') ? posix.dirname(path) : path
  const places = [folder, posix.relative(project.folder, posix.join(context, folder))]
  return places
    .map(one => posix.normalize(one).replace(/\/$/, ''))
    .find(one => project.files.some(file => file.endsWith('.go') && posix.dirname(file) === one))
}
