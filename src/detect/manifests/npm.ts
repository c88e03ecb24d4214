import { fields, scalar } from '../record.ts'
import { type Dependency, lineOf, type ManifestReader, MOST_DEPENDENCIES } from './dependency.ts'
import { parseJson } from './json.ts'

/** package.json; what is only needed for building does not serve requests. */
export const npm: ManifestReader = {
  ecosystem: 'npm',
  accepts: name => name === 'package.json',
  read(text, path) {
    const data = parseJson(text)
    const read = (section: string, dev: boolean): Dependency[] => {
      const from = Math.max(0, text.indexOf(`"${section}"`))
      return Object.entries(fields(data[section]))
        .slice(0, MOST_DEPENDENCIES)
        .map(([name, version]) => ({
          ecosystem: 'npm',
          name,
          version: scalar(version) ?? '',
          dev,
          source: `${path}:${lineOf(text, name, from)}`,
        }))
    }
    const scripts = Object.entries(fields(data.scripts)).map(
      ([name, script]) => [name, scalar(script) ?? ''] as const,
    )
    return {
      name: scalar(data.name),
      scripts: new Map(scripts),
      dependencies: [
        ...read('dependencies', false),
        ...read('optionalDependencies', false),
        ...read('devDependencies', true),
      ],
    }
  },
}
