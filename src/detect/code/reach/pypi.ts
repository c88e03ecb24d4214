import { posix } from 'node:path'
import { above } from '../../above.ts'
import type { Followed } from './reached.ts'

const FROM = /^[ \t]*from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n#]+)/gm
/** A server is handed what it starts as text: `uvicorn.run("app.main:app")`. */
const NAMED = /["']([A-Za-z_]\w*(?:\.\w+)*):[A-Za-z_]\w*["']/g
const IMPORT = /^[ \t]*import[ \t]+([^\n#]+)/gm
/** What is loaded is said by settings, or only when it runs. */
const DYNAMIC =
  /\bimportlib\b|__import__|\bpkgutil\b|INSTALLED_APPS|DJANGO_SETTINGS_MODULE|\brunpy\b|\bentry_points\b|\bsubprocess\b|\bmultiprocessing\b|\bos\.(system|exec|spawn)/

/** The files that a file of Python loads; undefined where that is not to be told. */
export const followPypi = (path: string, text: string, followed: Followed): string[] | undefined =>
  DYNAMIC.test(text) ? undefined : loadedBy(path, text, followed)

/** The files that a file of Python says it loads. */
export function loadedBy(
  path: string,
  text: string,
  { files, entry }: Pick<Followed, 'files' | 'entry'>,
): string[] {
  const found: string[] = []
  // Each folder above may be on the path.
  const roots = [...above(posix.dirname(entry)), ...above(posix.dirname(path)), 'src']
  const add = (bases: readonly string[], module: string): void => {
    const places = bases.flatMap(base => modulesOf(posix.join(base, module.replaceAll('.', '/'))))
    const file = places.find(one => files.has(one))
    if (file !== undefined) found.push(file, ...packagesOf(file, files))
  }
  for (const [, dots = '', module = '', names = ''] of text.matchAll(FROM)) {
    const bases = dots === '' ? roots : [posix.join(posix.dirname(path), '../'.repeat(dots.length - 1))]
    const each = names
      .replace(/[()]/g, '')
      .split(',')
      .map(name => name.trim().split(/\s/)[0] ?? '')
    for (const part of [module, ...each.map(name => [module, name].filter(one => one !== '').join('.'))])
      if (part !== '') add(bases, part)
  }
  for (const [, module = ''] of text.matchAll(NAMED)) add(roots, module)
  for (const [, names = ''] of text.matchAll(IMPORT))
    for (const name of names.split(',')) add(roots, name.trim().split(/\s/)[0] ?? '')
  return found
}

const modulesOf = (place: string): string[] => [`${place}.py`, `${place}/__init__.py`]

/** A module is loaded with the packages that it is in. */
const packagesOf = (file: string, files: ReadonlySet<string>): string[] =>
  above(posix.dirname(file))
    .map(folder => posix.join(folder, '__init__.py'))
    .filter(one => files.has(one))
