import { posix } from 'node:path'
import { fields, items, scalar } from '../record.ts'
import {
  blank,
  type Dependency,
  lineAt,
  lineOf,
  type Manifest,
  type ManifestReader,
  MOST_DEPENDENCIES,
} from './dependency.ts'
import { parseToml } from './toml.ts'
import { mistakeIn, tag, without, withoutComments, withoutElements } from './xml.ts'

/** pom.xml, build.gradle(.kts) and the version catalog. Names are `group:artifact`; a Gradle plugin is `id:id.gradle.plugin`. */
export const maven: ManifestReader = {
  ecosystem: 'maven',
  accepts: name => /^(pom\.xml|build\.gradle(\.kts)?|libs\.versions\.toml)$/.test(name),
  read(text, path) {
    const name = posix.basename(path)
    if (name === 'pom.xml') return fromPom(text, path)
    return name.endsWith('.toml') ? fromCatalog(text, path) : fromGradle(text, path)
  },
}

const dependency = (name: string, version: string, dev: boolean, source: string): Dependency => ({
  ecosystem: 'maven',
  name,
  version,
  dev,
  source,
})

function fromPom(text: string, path: string): Manifest {
  if (!/<project[\s>]/.test(text)) throw new Error('This is no Maven project: it has no <project>.')
  const plain = withoutElements(withoutComments(text), 'build', 'reporting', 'profiles', 'exclusions')
  const own = withoutElements(plain, 'dependencyManagement')
  const read = ({ whole, at }: Block): Dependency[] => {
    const group = tag(whole, 'groupId')
    const artifact = tag(whole, 'artifactId')
    if (group === undefined || artifact === undefined) return []
    const dev = /^(test|provided)$/.test(tag(whole, 'scope') ?? '') && !/tomcat/.test(artifact)
    const line = lineAt(text, at + whole.indexOf('<artifactId'))
    return [dependency(`${group}:${artifact}`, tag(whole, 'version') ?? '', dev, `${path}:${line}`)]
  }
  const [parent] = blocks(plain, 'parent')
  const boms = blocks(plain, 'dependency').filter(({ whole }) => tag(whole, 'scope') === 'import')
  const relative = parent ? (tag(parent.whole, 'relativePath') ?? '../pom.xml') : undefined
  return {
    dependencies: [
      ...(parent ? read(parent) : []),
      ...boms.flatMap(read),
      ...blocks(own, 'dependency').flatMap(read),
    ],
    follow:
      relative === undefined || relative === '' ? [] : [pomAt(posix.join(posix.dirname(path), relative))],
    name: tag(withoutElements(own, 'parent'), 'artifactId'),
    isParent: tag(plain, 'packaging') === 'pom' || own.includes('<modules>'),
    mistake: mistakeIn(text),
  }
}

interface Block {
  readonly whole: string
  readonly at: number
}

/** All elements of a name that hold no other of that name. */
function blocks(xml: string, name: string): Block[] {
  const found: Block[] = []
  for (let end = 0; found.length < MOST_DEPENDENCIES; ) {
    const close = xml.indexOf(`</${name}>`, end)
    const at = close < 0 ? -1 : xml.lastIndexOf(`<${name}>`, close)
    if (at < end) return found
    found.push({ whole: xml.slice(at, close), at })
    end = close + 1
  }
  return found
}

const pomAt = (path: string): string => (path.endsWith('.xml') ? path : posix.join(path, 'pom.xml'))

function fromGradle(text: string, path: string): Manifest {
  const plain = blank(without(text, '/*', '*/'), /(?<!:)\/\/[^\n]*/g)
  const at = (match: RegExpMatchArray): string => `${path}:${lineAt(text, match.index ?? 0)}`
  const isDev = (configuration: string): boolean =>
    /^(test|androidTest|jmh)|Processor$|^developmentOnly$/.test(configuration)
  const coordinates = plain.matchAll(
    /\b([A-Za-z]\w*)\s*\(?\s*(?:(?:enforcedP|p)latform\s*\(\s*)?["']([\w.-]+):([\w.-]+)(?::([^"']*))?["']/g,
  )
  const plugins = plain.matchAll(
    /\bid\s*\(?\s*["']([\w.-]+)["']\s*\)?(?:\s*version\s*\(?\s*["']([^"']+)["']\s*\)?)?(\s*apply\s*\(?\s*false)?/g,
  )
  const aliases = plain.matchAll(/\b([A-Za-z]\w*)\s*\(?\s*(?:platform\s*\(\s*)?libs\.([\w.]+)/g)
  const ktor = plain.matchAll(/\b([A-Za-z]\w*)\s*\(\s*(ktorLibs)\.([\w.]+)/g)
  return {
    dependencies: [
      ...first(coordinates).map(match =>
        dependency(`${match[2]}:${match[3]}`, match[4] ?? '', isDev(match[1] ?? ''), at(match)),
      ),
      ...first(plugins).map(match =>
        dependency(
          `${match[1]}:${match[1]}.gradle.plugin`,
          match[2] ?? '',
          match[3] !== undefined,
          at(match),
        ),
      ),
      ...first(aliases).map(match =>
        dependency(aliasName(match[2] ?? ''), '', isDev(match[1] ?? ''), at(match)),
      ),
      ...first(ktor).map(match =>
        dependency(
          `io.ktor:ktor-${(match[3] ?? '').replaceAll('.', '-')}`,
          '',
          isDev(match[1] ?? ''),
          at(match),
        ),
      ),
    ],
    follow: ['build.gradle', 'build.gradle.kts', 'gradle/libs.versions.toml'].flatMap(name =>
      ['..', '../..']
        .map(up => posix.join(posix.dirname(path), up, name))
        .concat(posix.join(posix.dirname(path), name)),
    ),
  }
}

const first = (matches: Iterable<RegExpMatchArray>): RegExpMatchArray[] =>
  [...matches].slice(0, MOST_DEPENDENCIES)

/** How a version catalog's entry is called until the catalog says what it is. */
export const aliasName = (alias: string): string =>
  `libs:${alias.replace(/^plugins\./, '').replace(/[._-]/g, '-')}`

function fromCatalog(text: string, path: string): Manifest {
  const data = parseToml(text)
  const entries = [...Object.entries(fields(data.libraries)), ...Object.entries(fields(data.plugins))]
  const named = entries.flatMap(([alias, value]) => {
    const given = fields(value)
    const plugin =
      scalar(given.id) ?? (alias in fields(data.plugins) ? scalar(value)?.split(':')[0] : undefined)
    const module =
      scalar(given.module) ??
      (given.group === undefined
        ? scalar(value)?.split(':').slice(0, 2).join(':')
        : `${given.group}:${given.name}`)
    const name = plugin === undefined ? module : `${plugin}:${plugin}.gradle.plugin`
    // Not a dependency yet: `version` carries the alias by which build files take it.
    return name === undefined
      ? []
      : [dependency(name, aliasName(alias), true, `${path}:${lineOf(text, alias)}`)]
  })
  return { dependencies: items(named).length > 0 ? named : [] }
}
