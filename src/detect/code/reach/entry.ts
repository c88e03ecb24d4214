import { posix } from 'node:path'
import type { Project } from '../../manifests/projects.ts'

const NODE =
  /\b(?:node|nodejs|bun|tsx|ts-node(?:-dev|-esm)?|nodemon|babel-node|pm2(?:-runtime|-docker)?)\b(.*)/s
/** What is loaded before the program. */
const LOADED = /\s(-r|--require|--import|--loader|--experimental-loader)[ =]\S+/g
const PYTHON: readonly RegExp[] = [
  /\bpython[\d.]*\s+(?:-[A-Za-z]\s+)*?-m\s+(?!(?:uvicorn|gunicorn|hypercorn|daphne|granian|waitress|flask|fastapi|streamlit|chainlit|celery|debugpy|http\.server|uwsgi|coverage|watchfiles|poetry|pipenv)\b)([\w.]+)/,
  /\bpython[\d.]*\s+(?:-[A-Za-z]\s+)*([\w./-]+\.py)\b/,
  /\b(?:streamlit|chainlit|fastapi)\s+(?:run|dev)\s+([\w./-]+\.py)\b/,
  /\b(?:uvicorn|gunicorn|hypercorn|daphne|granian|waitress-serve|uwsgi)\b.*?[\s=]([A-Za-z_][\w.]*):[A-Za-z_]\w*/,
  /\bgunicorn\b.*?\s([A-Za-z_]\w*(?:\.\w+)+)(?=\s|$)/,
]

/** The file of its project that a command starts: `src/worker.ts` for `node dist/worker.js`, `shop/wsgi.py` for `gunicorn shop.wsgi`. */
export function entryOf(command: string, project: Project): string | undefined {
  const files = new Set(project.files)
  return saidIn(command)
    .flatMap(path => suffixes(path).flatMap(sources))
    .find(path => files.has(path))
}

/** How many folders of the path that a command names lead to the file in a project; -1 where that has no such file. */
export function nearness(command: string, project: Project): number {
  const entry = entryOf(command, project)
  const [said = ''] = saidIn(command)
  const there = new Set(posix.dirname(posix.join(project.folder, entry ?? '')).split('/'))
  const named = posix.dirname(said).split('/')
  return entry === undefined
    ? -1
    : named.filter(folder => !BUILT.test(`${folder}/`) && there.has(folder)).length
}

const saidIn = (command: string): string[] => [...inPython(command), ...inNode(command)]

/** The last word that may be a script: options and what they are given come before it. */
function inNode(command: string): string[] {
  const words = (NODE.exec(command)?.[1] ?? '')
    .replace(LOADED, ' ')
    .split(/\s+/)
    .filter(word => /^[\w@./-]+$/.test(word))
  const script = words.findLast(word => /\.[cm]?[jt]sx?$/.test(word))
  const bare = words.findLast(word => /^[\w.-]+\/[\w./-]+$/.test(word) && !word.startsWith('-'))
  return [script ?? bare ?? []].flat()
}

function inPython(command: string): string[] {
  const [said] = PYTHON.flatMap(pattern => pattern.exec(command)?.[1] ?? [])
  if (said === undefined) return []
  if (said.endsWith('.py')) return [said]
  const path = said.replaceAll('.', '/')
  return [`${path}.py`, `${path}/__main__.py`, `${path}/__init__.py`]
}

/** Wherever the image keeps the project: `app/dist/main.js`, `dist/main.js`, `main.js`. What makes a folder a package is nothing without it. */
function suffixes(path: string): string[] {
  const parts = path.split('/').filter(part => part !== '' && part !== '.')
  const isPackage = parts.length > 1 && /^__(init|main)__\.py$/.test(parts.at(-1) ?? '')
  return parts.slice(0, isPackage ? -1 : undefined).map((_, index) => parts.slice(index).join('/'))
}

/** Where a build puts what it makes of `src`. */
const BUILT = /^(dist|build|lib|out|bin)\//

/** What a file may be compiled from. */
function sources(path: string): string[] {
  if (path.endsWith('.py')) return [path, `src/${path}`]
  const bare = path.replace(/\.[cm]?[jt]sx?$/, '')
  // Nest makes dist/apps/orders/main.js of apps/orders/src/main.ts.
  const inSource = posix.join(posix.dirname(bare), 'src', posix.basename(bare))
  const places = [bare, bare.replace(BUILT, 'src/'), bare.replace(BUILT, ''), inSource]
  return [path, ...[...new Set(places)].flatMap(place => EXTENSIONS.map(extension => `${place}${extension}`))]
}

export const EXTENSIONS = [
  '.ts',
  '.js',
  '.mts',
  '.mjs',
  '.cts',
  '.cjs',
  '.tsx',
  '.jsx',
  '/index.ts',
  '/index.js',
]
