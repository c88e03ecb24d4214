import { posix } from 'node:path'
import { above } from '../above.ts'
import { interpolate, type Variables } from '../env.ts'
import type { Project } from '../manifests/projects.ts'
import { tag } from '../manifests/xml.ts'
import { fields, scalar } from '../record.ts'
import type { RepoView } from '../repo.ts'
import { yamlsIn } from '../yamls.ts'
import { portOf } from './port.ts'

const FILE =
  /^(?:src\/main\/)?(?:resources|config)\/(?:config\/)?(?:application|bootstrap)(?:-([\w-]+))?\.(properties|ya?ml)$/
const PORT = ['server.port', 'quarkus.http.port', 'micronaut.server.port']
const MANAGEMENT = ['management.server.port', 'quarkus.management.port']
const CONTEXT = ['server.servlet.context-path', 'spring.webflux.base-path']
const ACTUATOR = 'management.endpoints.web.base-path'
const PROFILE = ['spring.config.activate.on-profile', 'spring.profiles']
const ACTIVE = 'spring.profiles.active'
const ACTIVE_FLAG = /spring\.profiles\.active[= ]([\w,-]+)/
/** Configuration from elsewhere may say another port. */
const REMOTE = /configserver:|nacos|cloud[.:]\s*(?:\n\s+)?config\b/
const WEB = /^org\.springframework\.boot:spring-boot-starter-(web|webmvc|webflux|thymeleaf|jersey)$/
const USUAL = 8080
const LARGEST = 100_000

interface Part {
  readonly profile: string
  readonly values: ReadonlyMap<string, string>
}

/** What a program on the JVM is configured to. */
export interface JvmConfig {
  /** Where it listens, whatever Compose publishes. */
  readonly port: number | undefined
  /** Where it answers what is not for its users, metrics among it, if that is elsewhere. */
  readonly managementPort: number | undefined
  /** Where Spring's metrics are, if that is not the usual path. */
  readonly metricsPath: string | undefined
}

/**
 * Reads application.properties and application.yml of a program on the JVM, those of its active profiles first. For Spring Boot the port
 * is 8080 where its configuration is here, names no port anywhere, and comes from nowhere else.
 * https://docs.spring.io/spring-boot/reference/features/external-config.html
 */
export function jvmConfig(
  project: Project,
  environment: Variables,
  command: string,
  view: RepoView,
): JvmConfig | undefined {
  const files = project.ecosystem === 'maven' ? project.files.filter(file => FILE.test(file)) : []
  if (files.length === 0) return undefined
  const texts = files.map(path =>
    withProperties(
      view.read(posix.join(project.folder, path))?.slice(0, LARGEST) ?? '',
      project.folder,
      view,
    ),
  )
  const read = files.map((path, index) => partsOf(path, texts[index] ?? ''))
  const parts = read.flatMap(one => one ?? [])
  const profiles = activeProfiles(parts, environment, command)
  const active = parts.filter(part => profiles.includes(part.profile))
  const inOrder = [...active, ...parts.filter(part => part.profile === '')]
  const isSaid = (keys: readonly string[]): boolean =>
    parts.some(({ values }) => keys.some(key => values.has(key)))
  const said = (keys: readonly string[]): string | undefined =>
    inOrder.flatMap(({ values }) => keys.flatMap(key => values.get(key) ?? []))[0]
  const filledIn = (keys: readonly string[]): string => filled(said(keys) ?? '', environment)
  const isPlain = !isSaid(PORT) && !read.includes(undefined) && !texts.some(text => REMOTE.test(text))
  const isWeb = project.dependencies.some(one => WEB.test(one.name))
  const port = portOf(filledIn(PORT)) ?? (isPlain && isWeb ? USUAL : undefined)
  const other = portOf(environment.get('MANAGEMENT_SERVER_PORT')) ?? portOf(filledIn(MANAGEMENT))
  const managementPort = other === port ? undefined : other
  const context = managementPort === undefined ? filledIn(CONTEXT) : ''
  const base = filledIn([ACTUATOR]) || '/actuator'
  const isMoved = (isSaid(CONTEXT) && context !== '') || base !== '/actuator'
  const metricsPath = isMoved ? posix.join('/', context, base, 'prometheus') : undefined
  return { port, managementPort, metricsPath }
}

/** What the command, a variable or the configuration itself says is active. */
function activeProfiles(parts: readonly Part[], environment: Variables, command: string): readonly string[] {
  const own = parts.flatMap(part => (part.profile === '' ? (part.values.get(ACTIVE) ?? []) : []))[0]
  const flag = ACTIVE_FLAG.exec(command)?.[1]
  const said = flag ?? environment.get('SPRING_PROFILES_ACTIVE') ?? filled(own ?? '', environment)
  return said.split(',').map(name => name.trim())
}

/** `${PORT:8081}`, as Spring and MicroProfile write variables. */
const filled = (value: string, environment: Variables): string =>
  interpolate(value.replace(/\$\{([\w.]+):/g, '$${$1:-'), environment).trim()

/** `@api.port@`, which Maven fills in with a property of the project or of one above it. */
function withProperties(text: string, folder: string, view: RepoView): string {
  const poms = above(folder).map(one => view.read(posix.join(one, 'pom.xml')) ?? '')
  return text.replace(
    /@([\w.-]{1,100})@/g,
    (_, name: string) => poms.flatMap(pom => tag(pom, name) ?? [])[0] ?? name,
  )
}

/** Undefined where it cannot be read. */
function partsOf(path: string, text: string): Part[] | undefined {
  const profile = FILE.exec(path)?.[1] ?? ''
  if (path.endsWith('.properties')) return [{ profile, values: propertiesIn(text) }]
  const documents = yamlsIn(text)
  if (documents.length === 0 && text.trim() !== '') return undefined
  return documents.map(document => {
    const values = flat(document)
    const own = PROFILE.flatMap(key => values.get(key) ?? [])[0]
    return { profile: own ?? profile, values }
  })
}

const propertiesIn = (text: string): Map<string, string> =>
  new Map(
    [...text.matchAll(/^[ \t]*([\w.-]+)[ \t]*[=:][ \t]*(.*)$/gm)].map(([, key = '', value = '']) => [
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
