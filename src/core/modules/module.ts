import * as v from 'valibot'
import { parse } from 'yaml'
import { UserError } from '../errors.ts'
import { type Manifest, ManifestSchema } from './manifest.ts'

/** One technology: its manifest, and its other files read when they are needed. */
export interface Module {
  readonly id: string
  readonly manifest: Manifest
  /** The text of one of the module's files, e.g. `rules.yml`; undefined when the module has none. */
  file(name: string): string | undefined
  /** A file that the module must have. */
  require(name: string): string
}

/** Where modules come from: a folder of templates, or a map in a test. */
export interface ModuleSource {
  /** Ids of all modules, sorted. */
  ids(): readonly string[]
  /** The text of `<id>/<name>`, or undefined. */
  read(id: string, name: string): string | undefined
  /** How to name the file in an error. */
  path(id: string, name: string): string
}

/**
 * Loads one module. Data only: nothing of a module is ever executed.
 * @throws UserError naming the file and the key when module.yaml is missing or wrong
 */
export function loadModule(source: ModuleSource, id: string): Module {
  const file = source.path(id, 'module.yaml')
  const text = source.read(id, 'module.yaml')
  if (text === undefined) throw new UserError(`There is no module "${id}".`, { at: { file } })
  const manifest = parseManifest(text, file)
  if (manifest.id !== id)
    throw new UserError(`The module in folder "${id}" calls itself "${manifest.id}".`, { at: { file } })
  return {
    id,
    manifest,
    file: name => source.read(id, name),
    require: name => {
      const content = source.read(id, name)
      if (content === undefined)
        throw new UserError(`Module "${id}" has no ${name}.`, { at: { file: source.path(id, name) } })
      return content
    },
  }
}

function parseManifest(text: string, file: string): Manifest {
  const result = v.safeParse(ManifestSchema, parse(text))
  if (result.success) return result.output
  const [issue] = result.issues
  const key = v.getDotPath(issue) ?? 'the file'
  throw new UserError(`${key}: ${issue.message}`, {
    at: { file },
    hint: 'docs/modules.md explains every key.',
  })
}
