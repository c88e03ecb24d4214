import { posix } from 'node:path'
import type { Facts } from '../facts.ts'
import type { Project } from '../manifests/projects.ts'
import { servesByCommand } from '../ports/command-port.ts'
import { finalCommand } from '../program/command.ts'
import type { RepoView } from '../repo.ts'
import type { Aside } from '../verdict.ts'
import { loadedBy } from './reach/pypi.ts'

const RUN = /\bpython[\d.]*\s+(?:-[A-Za-z]\s+)*(?:-m\s+([A-Za-z_][\w.]*)|[\w./-]+\.py\b)/
/** Whatever answers requests in Python, or starts something that may. */
const SERVES =
  /(?<![a-z])(flask|fastapi|starlette|django|sanic|litestar|falcon|pyramid|tornado|bottle|quart|connexion|uvicorn|gunicorn|hypercorn|waitress|daphne|granian|http\.server|socketserver|socket\.socket|start_(http_)?server|wsgi\w*|asgi\w*|grpc\.(aio\.)?server|websockets\.serve|aiohttp[. ]+(web|import)|importlib|runpy|execv\w*|streamlit|gradio|dash|nicegui)(?![a-z])/i
const MOST_FILES = 500

/**
 * One script of several that share their requirements: nothing that it loads answers requests, so that the framework among the requirements
 * is another one's. Said only of a service without a port.
 */
export function plainScript(facts: Facts, project: Project | undefined, view: RepoView): Aside | undefined {
  if (!project || !facts.command || facts.ports.length + facts.exposed.length > 0) return undefined
  const [run, module] = RUN.exec(finalCommand(facts, project)) ?? []
  if (run === undefined || servesByCommand(facts, project)) return undefined
  const aside = (reason: string): Aside => ({ reason, source: facts.command?.source ?? '', part: undefined })
  const { entry } = project
  if (entry === undefined || !entry.endsWith('.py'))
    return module !== undefined && isMissing(module, project)
      ? aside(`${module} is not in the repo`)
      : undefined
  const files = new Set(project.files)
  const reached = new Set([entry])
  for (const path of reached) {
    const text = view.read(posix.join(project.folder, path))
    if (text === undefined || SERVES.test(text) || reached.size > MOST_FILES) return undefined
    for (const one of loadedBy(path, text, { files, entry })) reached.add(one)
  }
  return aside(`${entry} loads nothing that answers requests`)
}

/** A module of a package of the project that is not there itself. */
function isMissing(module: string, { files }: Project): boolean {
  const [first = '', ...rest] = module.split('.')
  return rest.length > 0 && files.some(file => file.startsWith(`${first}/`) && file.endsWith('.py'))
}
