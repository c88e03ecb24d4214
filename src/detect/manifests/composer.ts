import { fields, scalar } from '../record.ts'
import { type Dependency, lineOf, type ManifestReader, MOST_DEPENDENCIES } from './dependency.ts'
import { parseJson } from './json.ts'

/** composer.json */
export const composer: ManifestReader = {
  ecosystem: 'composer',
  accepts: name => name === 'composer.json',
  read(text, path) {
    const data = parseJson(text)
    const read = (section: string, dev: boolean): Dependency[] =>
      Object.entries(fields(data[section]))
        .slice(0, MOST_DEPENDENCIES)
        .map(([name, version]) => ({
          ecosystem: 'composer',
          name: name.toLowerCase(),
          version: scalar(version) ?? '',
          dev,
          source: `${path}:${lineOf(text, name, Math.max(0, text.indexOf(`"${section}"`)))}`,
        }))
    return {
      dependencies: [...read('require', false), ...read('require-dev', true)],
      name: scalar(data.name),
    }
  },
}
