import { type Fields, fields, scalar } from '../record.ts'
import { type Dependency, lineOf, type ManifestReader, MOST_DEPENDENCIES } from './dependency.ts'
import { parseToml } from './toml.ts'

/** Cargo.toml; the dependencies of a workspace are those of whoever asks for them, not of the workspace. */
export const cargo: ManifestReader = {
  ecosystem: 'cargo',
  accepts: name => name === 'Cargo.toml',
  read(text, path) {
    const data = parseToml(text)
    const read = (table: Fields, dev: boolean): Dependency[] =>
      Object.entries(table)
        .slice(0, MOST_DEPENDENCIES)
        .map(([key, value]) => ({
          ecosystem: 'cargo',
          name: scalar(fields(value).package) ?? key,
          version: scalar(value) ?? scalar(fields(value).version) ?? '',
          dev,
          source: `${path}:${lineOf(text, key, Math.max(0, text.search(/^\[.*dependencies/m)))}`,
        }))
    return {
      dependencies: [
        ...read(fields(data.dependencies), false),
        ...read(fields(data['dev-dependencies']), true),
        ...read(fields(data['build-dependencies']), true),
      ],
      name: scalar(fields(data.package).name),
    }
  },
}
