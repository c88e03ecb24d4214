import { posix } from 'node:path'
import { EXTENSIONS } from './entry.ts'
import type { Followed } from './reached.ts'

const IMPORT = /(?:\bfrom|\bimport|\brequire\(|\bimport\()\s*["'`]([^"'`\n]+)["'`]/g
/** What is loaded is not said, or is said by a name that only the run knows. */
const DYNAMIC = /\b(?:require|import)\(\s*(?![\s"'`/])|\b(?:require|import)\(\s*`[^`]*\$\{/
/** Names that a bundler or the compiler gives to folders. */
const ALIAS = /^[@~#]\/|^[~#]/

/** The files that a file of Node.js or Bun loads; undefined where that is not to be told. */
export function followNpm(
  path: string,
  text: string,
  { files, isOwnPackage }: Followed,
): string[] | undefined {
  if (DYNAMIC.test(text)) return undefined
  const found: string[] = []
  for (const [, name = ''] of text.matchAll(IMPORT)) {
    const places = placesOf(name, path)
    const file = places.flatMap(candidates).find(one => files.has(one))
    if (file !== undefined) found.push(file)
    else if (isCode(name) && (name.startsWith('.') || ALIAS.test(name))) return undefined
    else if (isOwnPackage(packageOf(name))) return undefined
  }
  return found
}

function placesOf(name: string, path: string): string[] {
  if (name.startsWith('.')) return [posix.join(posix.dirname(path), name)]
  const bare = name.replace(/^[@~#]\/?/, '')
  return ALIAS.test(name) ? [`src/${bare}`, bare, `app/${bare}`] : [`src/${name}`, name]
}

/** TypeScript names a file by what it will be compiled to. */
const candidates = (place: string): string[] => [
  place,
  ...EXTENSIONS.flatMap(extension => [
    `${place}${extension}`,
    `${place.replace(/\.[cm]?jsx?$/, '')}${extension}`,
  ]),
]

const isCode = (name: string): boolean =>
  !/\.(json|css|scss|sass|less|svg|png|jpe?g|gif|html?|md|txt|sql|wasm|node|ya?ml|graphql|gql|proto)$/.test(
    name,
  )

const packageOf = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/')
