import { posix } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { interpolate, type Variables } from '../env.ts'
import type { Project } from '../manifests/projects.ts'
import { fields, scalar } from '../record.ts'
import type { RepoView } from '../repo.ts'
import { portOf } from './port.ts'

const FILE =
  /^(?!.*(?:^|\/)tests?\/)(?:.*\/)?(?:resources|config)\/(?:application|bootstrap)(?:-([\w-]+))?\.(properties|ya?ml)$/
const KEYS = ['server.port', 'quarkus.http.port', 'micronaut.server.port']
const PROFILE = ['spring.config.activate.on-profile', 'spring.profiles']
/** Configuration from elsewhere may say another port. */
const REMOTE = /configserver:|cloud[.:]\s*(?:\n\s+)?config\b/
const WEB = /^org\.springframework\.boot:spring-boot-starter-(web|webmvc|webflux|thymeleaf|jersey)$/
const USUAL = 8080
const LARGEST = 100_000

interface Part {
  readonly profile: string
  readonly values: ReadonlyMap<string, string>
}

/**
 * Where a program on the JVM listens by its own configuration, whatever Compose publishes: the port of the active profile, else of the
 * base. For Spring Boot that is 8080 where its configuration is here, names no port anywhere, and comes from nowhere else.
 * https://docs.spring.io/spring-boot/reference/features/external-config.html
 */
export function jvmPort(project: Project, environment: Variables, view: RepoView): number | undefined {
  if (project.ecosystem !== 'maven') return undefined
  const files = project.files.filter(file => FILE.test(file)).map(file => posix.join(project.folder, file))
  const texts = files.map(path => view.read(path)?.slice(0, LARGEST) ?? '')
  const parts = files.flatMap((path, index) => partsOf(path, texts[index] ?? ''))
  const profiles = (environment.get('SPRING_PROFILES_ACTIVE') ?? '').split(',').map(name => name.trim())
  const ports = parts.flatMap(({ profile, values }) =>
    KEYS.flatMap(key => {
      const value = values.get(key)
      return value === undefined ? [] : [{ profile, port: filled(value, environment) }]
    }),
  )
  const said = ports.find(one => profiles.includes(one.profile)) ?? ports.find(one => one.profile === '')
  if (said) return said.port
  const isPlain = files.length > 0 && ports.length === 0 && !texts.some(text => REMOTE.test(text))
  return isPlain && project.dependencies.some(one => WEB.test(one.name)) ? USUAL : undefined
}

/** `${PORT:8081}`, as Spring and MicroProfile write variables. */
const filled = (value: string, environment: Variables): number | undefined =>
  portOf(interpolate(value.replace(/\$\{([\w.]+):/g, '$${$1:-'), environment).trim())

function partsOf(path: string, text: string): Part[] {
  const profile = FILE.exec(path)?.[1] ?? ''
  if (path.endsWith('.properties')) return [{ profile, values: propertiesIn(text) }]
  return parseAllDocuments(text, { logLevel: 'silent' }).map(document => {
    const values =
      document.errors.length > 0 ? new Map<string, string>() : flat(document.toJS({ maxAliasCount: 0 }))
    const own = PROFILE.flatMap(key => values.get(key) ?? [])[0]
    return { profile: own ?? profile, values }
  })
}

const propertiesIn = (text: string): Map<string, string> =>
  new Map(
    [...text.matchAll(/^\s*([\w.-]+)\s*[=:]\s*(.*)$/gm)].map(([, key = '', value = '']) => [
      key,
      value.trim(),
    ]),
  )

/** `server: { port: 80 }` as `server.port`. */
function flat(value: unknown, prefix = '', depth = 0): Map<string, string> {
  const said = scalar(value)
  if (said !== undefined) return new Map([[prefix, said]])
  if (depth > 6) return new Map()
  return new Map(
    Object.entries(fields(value)).flatMap(([key, inner]) => [
      ...flat(inner, prefix === '' ? key : `${prefix}.${key}`, depth + 1),
    ]),
  )
}
