import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ModuleSource } from '../core/modules/module.ts'
import { Registry } from '../core/modules/registry.ts'
import { parseReceiverType, type ReceiverTypes } from '../core/receivers.ts'
import type { ReadTemplate } from '../core/render/tree.ts'

const TEMPLATES = fileURLToPath(new URL('../../templates/', import.meta.url))

/** Where a repo keeps modules of its own. */
export const OWN_MODULES = 'vigie.modules'

export const readTemplate: ReadTemplate = path => readFileSync(join(TEMPLATES, path), 'utf8')

/** A folder with one folder a module. */
export function moduleFolder(folder: string, shownAs: string): ModuleSource {
  const ids = existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter(entry => entry.isDirectory() && existsSync(join(folder, entry.name, 'module.yaml')))
        .map(entry => entry.name)
        .sort()
    : []
  return {
    ids: () => ids,
    read(id, name) {
      const file = join(folder, id, name)
      return existsSync(file) ? readFileSync(file, 'utf8') : undefined
    },
    path: (id, name) => join(shownAs, id, name),
  }
}

/** The built-in modules, and those of the repo, which win. */
export function loadRegistry(root: string): Registry {
  const own = join(root, OWN_MODULES)
  return new Registry([
    moduleFolder(join(TEMPLATES, 'modules'), 'templates/modules'),
    moduleFolder(own, relative(root, own)),
  ])
}

export function loadReceiverTypes(): ReceiverTypes {
  const folder = join(TEMPLATES, 'receivers')
  const files = readdirSync(folder)
    .filter(name => name.endsWith('.yaml'))
    .sort()
  return new Map(
    files.map(name => [
      name.replace(/\.yaml$/, ''),
      parseReceiverType(readFileSync(join(folder, name), 'utf8')),
    ]),
  )
}
