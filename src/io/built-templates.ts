import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ReceiverType, RefusedType } from '../core/alerts/receiver-type.ts'
import type { Manifest } from '../core/modules/manifest.ts'
import type { ModuleContent, ModuleSource } from '../core/modules/module.ts'
import type { SeenRule } from '../core/modules/seen.ts'
import type { StackTemplates } from '../core/render/tree.ts'

/** Everything of templates/, compiled. */
export interface Templates {
  readonly stack: StackTemplates
  readonly receivers: Readonly<Record<string, ReceiverType | RefusedType>>
  readonly modules: ModuleSource
  /** What detection recognises and does not propose. */
  readonly seen: readonly SeenRule[]
}

/** Writes compiled templates as data: the manifests together, the content of each module and the rest in files of their own. */
export function writeTemplates(folder: string, { stack, receivers, modules, seen }: Templates): void {
  mkdirSync(join(folder, 'modules'), { recursive: true })
  const write = (path: string, data: unknown): void => writeFileSync(join(folder, path), JSON.stringify(data))
  write('stack.json', stack)
  write('receivers.json', receivers)
  write('seen.json', seen)
  write('manifests.json', Object.fromEntries(modules.ids.map(id => [id, modules.manifest(id)])))
  for (const id of modules.ids) write(`modules/${id}.json`, modules.content(id))
}

/** The inverse. Each file is read when it is asked for. */
export function readTemplates(folder: string): Templates {
  const read = (path: string): string => readFileSync(join(folder, path), 'utf8')
  const manifests: Readonly<Record<string, Manifest>> = JSON.parse(read('manifests.json'))
  return {
    get stack() {
      return JSON.parse(read('stack.json'))
    },
    get receivers() {
      return JSON.parse(read('receivers.json'))
    },
    get seen() {
      return JSON.parse(read('seen.json'))
    },
    modules: {
      ids: Object.keys(manifests),
      manifest(id) {
        const manifest = manifests[id]
        if (manifest === undefined) throw new Error(`there is no manifest of ${id}`)
        return manifest
      },
      content: (id): ModuleContent => JSON.parse(read(`modules/${id}.json`)),
    },
  }
}
