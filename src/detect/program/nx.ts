import { posix } from 'node:path'
import { above } from '../above.ts'
import type { Project, Projects } from '../manifests/projects.ts'
import { type Fields, fields, items, scalar } from '../record.ts'

/** What the executors of Nx start, as one would type it. https://nx.dev/docs/reference/project-configuration */
const STARTS: readonly (readonly [executor: RegExp, command: string])[] = [
  [/next:(server|dev)/, 'next dev'],
  [/angular.*:(dev-server|serve)|:dev-server-esbuild/, 'ng serve'],
  [/vite:(dev-server|preview-server)/, 'vite dev'],
  [/:dev-server|:module-federation-dev-server/, 'webpack serve'],
]

/** What the plugins of Nx start by themselves where a file of this name stands in the project. */
const INFERRED: readonly (readonly [config: RegExp, command: string])[] = [
  [/^next\.config\.\w+$/, 'next dev'],
  [/^(vite|astro|react-router|remix)\.config\.\w+$/, 'vite dev'],
]
const SERVES = ['dev', 'serve', 'start', 'preview']
const CODE = /\.[cm]?[jt]sx?$/

/**
 * A project of an Nx workspace that has a project.json in place of a manifest: what the root asks for, with the targets of the project as
 * scripts. Of what is started by a tool, only its own code counts; a program of Node.js is followed from its file.
 * @param name as `nx serve` takes it
 */
export function nxProject(name: string, target: string, projects: Projects): Project | undefined {
  const { view } = projects
  const files = view.files().filter(path => posix.basename(path) === 'project.json')
  const isNamed = (path: string): boolean => scalar(read(view.read(path)).name) === name
  const file = files.find(isNamed) ?? files.find(path => posix.basename(posix.dirname(path)) === name)
  if (file === undefined) return undefined
  const folder = posix.dirname(file)
  const root = above(folder).find(one => view.exists(posix.join(one, 'nx.json')))
  const whole = root === undefined ? undefined : projects.at(root)
  const targets = fields(read(view.read(file)).targets)
  const own = view.filesIn(folder)
  const inferred = INFERRED.find(([config]) => own.some(path => config.test(path)))?.[1]
  const scripts = new Map([
    ...SERVES.flatMap(key => (inferred === undefined ? [] : [[key, inferred] as const])),
    ...Object.entries(targets).map(([key, said]) => [key, started(fields(said), targets)] as const),
  ])
  const isProgram = /^node /.test(scripts.get(target) ?? '')
  const isOwn = (path: string): boolean => posix.join(root ?? '', path).startsWith(`${folder}/`)
  return (
    whole && {
      ...whole,
      scripts: new Map([...whole.scripts, ...scripts]),
      files: whole.files.filter(path => isProgram || !CODE.test(path) || isOwn(path)),
    }
  )
}

function started({ executor, command, options: given }: Fields, targets: Fields): string {
  const options = fields(given)
  const commands = items(options.commands).map(one => scalar(one) ?? scalar(fields(one).command) ?? '')
  const said = scalar(command) ?? scalar(options.command) ?? commands.at(-1)
  const how = scalar(executor) ?? ''
  if (said !== undefined) return said
  const build = scalar(options.buildTarget)?.split(':')[1] ?? 'build'
  const main = scalar(options.main) ?? scalar(fields(fields(targets[build]).options).main)
  if (/:(node|execute)$/.test(how) && main !== undefined) return `node ${main}`
  return STARTS.find(([pattern]) => pattern.test(how))?.[1] ?? ''
}

function read(text = ''): Fields {
  try {
    return fields(JSON.parse(text))
  } catch {
    return {}
  }
}
