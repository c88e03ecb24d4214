import type { Ecosystem } from '../../core/modules/manifest.ts'

/** The repository of an image reference without registry, tag, digest and the implied `library/`. */
export function imageRepository(reference: string): string {
  const bare = reference.replace(/@.*$/, '').replace(/:[^/:]*$/, '')
  // A name that is nothing but a variable.
  if (bare.endsWith('/')) return ''
  const parts = bare.split('/').filter(part => part !== '')
  const first = parts[0] ?? ''
  if (parts.length > 1 && (/[.:]/.test(first) || first === 'localhost')) parts.shift()
  return parts.slice(parts.lastIndexOf('library') + 1).join('/')
}

/** Images that run one language, by what its manifests are. */
const RUNTIMES: readonly (readonly [repository: RegExp, ecosystem: Ecosystem])[] = [
  [/(^|\/)(node|bun)$/, 'npm'],
  [/(^|\/)(python|uv)$/, 'pypi'],
  [/(^|\/)golang$/, 'go'],
  [/(^|\/)php$/, 'composer'],
  [/(^|\/)ruby$/, 'gem'],
  [/(^|\/)(openjdk|eclipse-temurin|amazoncorretto|maven|gradle)$/, 'maven'],
  [/(^|\/)dotnet\/(aspnet|sdk|runtime)$/, 'nuget'],
  [/(^|\/)elixir$/, 'hex'],
  [/(^|\/)rust$/, 'cargo'],
]

/** The language of what runs in these images, where they are made for one. */
export const languageOfImages = (images: readonly string[]): Ecosystem | undefined =>
  RUNTIMES.find(([repository]) => images.some(one => repository.test(imageRepository(one))))?.[1]

/** Images of which only what is installed says what they are. */
const BARE =
  /(^|\/)(distroless\/\w[\w-]*|debian|ubuntu|alpine|fedora|centos|rockylinux|almalinux|amazonlinux|oraclelinux|opensuse\/\w+|archlinux|s6-overlay|baseimage[\w-]*|ubi\d*(-minimal)?)$/

export const isBare = (repository: string): boolean => BARE.test(repository)

/** The tag of an image reference; `latest` where it names none. */
export const imageTag = (reference: string): string => /:([^/:@]+)(?:@.*)?$/.exec(reference)?.[1] ?? 'latest'

/** Whether a repository matches a glob of a module: `*` stands for anything, slashes included. */
export function imageMatches(repository: string, glob: string): boolean {
  return matches(repository, glob.replace(/:.*$/, ''))
}

/** Registries whose first path segment is an owner, not a folder of mirrors. */
const PUBLIC =
  /^(docker\.io|index\.docker\.io|registry-1\.docker\.io|ghcr\.io|quay\.io|gcr\.io|mcr\.microsoft\.com)$/

/** Whether a reference names a registry of somebody's own, or one that only a variable knows. */
export function hasOwnRegistry(reference: string): boolean {
  const [host = '', ...path] = reference.split('/')
  return path.length > 0 && (host === '' || host === 'localhost' || (/[.:]/.test(host) && !PUBLIC.test(host)))
}

/** How much a glob says about an image: the number of letters it spells out, 0 where it does not match. */
export function imageWeight(reference: string, glob: string): number {
  const [repository = '', tag] = glob.split(':')
  if (tag !== undefined && !matches(imageTag(reference), tag)) return 0
  return names(reference).some(name => imageMatches(name, repository)) ? glob.replaceAll('*', '').length : 0
}

/** A private registry keeps copies below folders of its own: `registry.acme.com/mirror/pgvector/pgvector`. */
function namesOf(reference: string): string[] {
  const repository = imageRepository(reference)
  const [host = ''] = reference.split('/')
  if (!/[.:]/.test(host) || !reference.includes('/') || PUBLIC.test(host)) return [repository]
  const parts = repository.split('/')
  return parts.map((_, index) => parts.slice(index).join('/'))
}

/** Every image is held against every glob of every module, so what is made of one is kept. */
function kept<T>(make: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>()
  return text => {
    const found = known.get(text) ?? make(text)
    known.set(text, found)
    return found
  }
}
const names = kept(namesOf)
const pattern = kept(
  glob => new RegExp(`^${glob.replace(/[.+?^$()[\]{}|\\]/g, '\\$&').replaceAll('*', '.*')}$`, 's'),
)

/** No image and no package is called longer. */
const LONGEST = 500

/** Whether a name matches a glob in which `*` stands for anything. */
export const matches = (name: string, glob: string): boolean =>
  name.length <= LONGEST && pattern(glob).test(name)
