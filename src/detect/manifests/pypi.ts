import { posix } from 'node:path'
import { type Fields, fields, items, listed, scalar } from '../record.ts'
import {
  type Dependency,
  lineOf,
  type Manifest,
  type ManifestReader,
  MOST_DEPENDENCIES,
} from './dependency.ts'
import { parseToml } from './toml.ts'

const REQUIREMENT = /^\s*["']?([A-Za-z0-9][A-Za-z0-9._-]*)\s*(\[[^\]]*\])?\s*(?:@\s*\S+|([=<>!~^][^;#"']*))?/
const DEV = /dev|test|lint|doc|typing|style|format|debug/i

/** One spelling for `prometheus_client`, `Prometheus.Client` and `prometheus-client`; each extra is a name of its own too. */
export const normalised = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-')

/** requirements*.txt, pyproject.toml (PEP 621, Poetry, uv, PDM), Pipfile, setup.cfg and setup.py. */
export const pypi: ManifestReader = {
  ecosystem: 'pypi',
  accepts: name =>
    /^([\w-]+[._-])?requirements([._-][\w.-]+)?\.(txt|in)$|^(pyproject\.toml|Pipfile|setup\.cfg|setup\.py)$/.test(
      name,
    ),
  read(text, path) {
    const name = posix.basename(path)
    if (name === 'pyproject.toml') return { dependencies: fromPyproject(parseToml(text), text, path) }
    if (name === 'Pipfile') return { dependencies: fromPipfile(parseToml(text), text, path) }
    if (name === 'setup.cfg') return { dependencies: fromSetupCfg(text, path) }
    if (name === 'setup.py') return { dependencies: fromSetupPy(text, path) }
    return fromRequirements(text, path)
  },
}

function requirement(given: string, source: string, dev: boolean): Dependency[] {
  const [, name, extras = '', version = ''] = REQUIREMENT.exec(given) ?? []
  if (name === undefined) return []
  const one = { ecosystem: 'pypi' as const, version: version.trim(), dev, source }
  const bare = normalised(name)
  const wanted = extras
    .slice(1, -1)
    .split(',')
    .filter(extra => extra.trim() !== '')
  return [bare, ...wanted.map(extra => `${bare}[${normalised(extra.trim())}]`)].map(each => ({
    ...one,
    name: each,
  }))
}

function fromRequirements(text: string, path: string): Manifest {
  const dev = DEV.test(posix.basename(path)) || /(^|\/)requirements\/.*(dev|test|local)/.test(path)
  const lines = text.split(/\r?\n/)
  const follow = lines.flatMap(line => /^\s*(?:-r|--requirement)[\s=]+(\S+)/.exec(line)?.[1] ?? [])
  return {
    dependencies: lines.flatMap((line, index) =>
      /^\s*(#|-|$)/.test(line)
        ? eggOf(line, `${path}:${index + 1}`)
        : requirement(line, `${path}:${index + 1}`, dev),
    ),
    follow: follow.map(file => posix.join(posix.dirname(path), file)),
  }
}

const eggOf = (line: string, source: string): Dependency[] => {
  const egg = /^\s*-e\s+\S*#egg=([\w.-]+)/.exec(line)?.[1]
  return egg === undefined ? [] : requirement(egg, source, false)
}

function fromPyproject(data: Fields, text: string, path: string): Dependency[] {
  const project = fields(data.project)
  const tool = fields(data.tool)
  const poetry = fields(tool.poetry)
  const list = (value: unknown, dev: boolean): Dependency[] =>
    items(value)
      .slice(0, MOST_DEPENDENCIES)
      .flatMap(item => {
        const given = scalar(item) ?? ''
        return requirement(given, `${path}:${lineOf(text, REQUIREMENT.exec(given)?.[1] ?? '')}`, dev)
      })
  const table = (value: unknown, dev: boolean): Dependency[] => namedTable(fields(value), text, path, dev)
  const groups = (value: unknown, read: (value: unknown, dev: boolean) => Dependency[]): Dependency[] =>
    Object.entries(fields(value)).flatMap(([name, group]) => read(group, DEV.test(name)))
  return [
    ...list(project.dependencies, false),
    ...groups(project['optional-dependencies'], list),
    ...groups(data['dependency-groups'], list),
    ...list(fields(tool.uv)['dev-dependencies'], true),
    ...table(poetry.dependencies, false),
    ...table(poetry['dev-dependencies'], true),
    ...Object.entries(fields(poetry.group)).flatMap(([name, group]) =>
      table(fields(group).dependencies, DEV.test(name)),
    ),
  ]
}

const fromPipfile = (data: Fields, text: string, path: string): Dependency[] => [
  ...namedTable(fields(data.packages), text, path, false),
  ...namedTable(fields(data['dev-packages']), text, path, true),
]

/** `flask = "^3.1"`, `uvicorn = { extras = ["standard"] }` */
function namedTable(table: Fields, text: string, path: string, dev: boolean): Dependency[] {
  return Object.entries(table)
    .filter(([name]) => name !== 'python')
    .slice(0, MOST_DEPENDENCIES)
    .flatMap(([name, value]) => {
      const extras = listed(fields(value).extras ?? [])
      const given = `${name}${extras.length > 0 ? `[${extras.join(',')}]` : ''}`
      const version = scalar(value) ?? scalar(fields(value).version) ?? ''
      return requirement(given, `${path}:${lineOf(text, name)}`, dev).map(one => ({ ...one, version }))
    })
}

function fromSetupCfg(text: string, path: string): Dependency[] {
  const lines = text.split(/\r?\n/)
  const start = lines.findIndex(line => /^install_requires\s*=/.test(line))
  if (start < 0) return []
  const length = lines.slice(start + 1).findIndex(line => /^\S/.test(line))
  const end = length < 0 ? lines.length : start + 1 + length
  return lines
    .slice(start, end)
    .flatMap((line, index) =>
      requirement(line.replace(/^install_requires\s*=/, ''), `${path}:${start + index + 1}`, false),
    )
}

/** A list of texts, in which brackets may stand. */
const LIST = /\[(?:"[^"\n]*"|'[^'\n]*'|[^\]"'])*/
const LONGEST = 20_000

function fromSetupPy(text: string, path: string): Dependency[] {
  const start = text.search(/\binstall_requires\s*=\s*\[/)
  const [block = ''] = start < 0 ? [] : (LIST.exec(text.slice(start, start + LONGEST)) ?? [])
  return [...block.matchAll(/["']([^"']+)["']/g)].flatMap(([, given = '']) =>
    requirement(given, `${path}:${lineOf(text, REQUIREMENT.exec(given)?.[1] ?? '', start)}`, false),
  )
}
