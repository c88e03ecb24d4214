import { posix } from 'node:path'
import type { Facts } from '../facts.ts'
import type { Project } from '../manifests/projects.ts'
import { finalCommand } from '../program/command.ts'
import type { RepoView } from '../repo.ts'
import type { Aside } from '../verdict.ts'

const RUN = /\bpython[\d.]*\s+(?:-\w\s+)*([\w./-]+\.py)\b/
const IMPORT = /^[ \t]*(?:from|import)[ \t]+\.?(\w+)/gm
/** Whatever answers requests in Python, or starts something that may. */
const SERVES =
  /(?<![a-z])(flask|fastapi|starlette|django|sanic|litestar|falcon|pyramid|aiohttp|tornado|bottle|quart|connexion|uvicorn|gunicorn|hypercorn|waitress|daphne|granian|http\.server|socketserver|socket|start_server|wsgi\w*|asgi\w*|grpc|prometheus_client|websockets?|subprocess|importlib|runpy|execv\w*|streamlit|gradio|dash|nicegui)(?![a-z])/i

/**
 * One script of several that share their requirements: it loads no code of the repo and nothing that serves, so that the
 * framework among the requirements is another one's. Said only of a service without a port.
 */
export function plainScript(facts: Facts, project: Project | undefined, view: RepoView): Aside | undefined {
  if (!project || !facts.command || facts.ports.length + facts.exposed.length > 0) return undefined
  const [, script] = RUN.exec(finalCommand(facts, project)) ?? []
  const text = script === undefined ? undefined : view.read(posix.join(project.folder, script))
  if (script === undefined || text === undefined || SERVES.test(text)) return undefined
  const folders = ['.', posix.dirname(script)]
  const isOwn = (name: string): boolean =>
    folders.some(folder => {
      const path = posix.join(folder, name)
      return project.files.some(file => file === `${path}.py` || file.startsWith(`${path}/`))
    })
  const imports = [...text.matchAll(IMPORT)]
  if (imports.length === 0 || imports.some(([, name = '']) => isOwn(name))) return undefined
  return {
    reason: `${script} loads nothing that answers requests`,
    source: facts.command.source,
    part: undefined,
  }
}
