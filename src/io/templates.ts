import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ReceiverTypes } from '../core/alerts/receiver-type.ts'
import { Registry } from '../core/modules/registry.ts'
import type { SeenRule } from '../core/modules/seen.ts'
import type { StackTemplates } from '../core/render/tree.ts'
import { BUILT_TEMPLATES, PACKAGE } from '../package.ts'
import { readTemplates } from './built-templates.ts'
import { compileTemplates, moduleFolder } from './template-sources.ts'

const built = fileURLToPath(BUILT_TEMPLATES)
const templates = existsSync(built)
  ? readTemplates(built)
  : compileTemplates(fileURLToPath(new URL('templates/', PACKAGE)))

/** Where a repo keeps modules of its own. */
export const OWN_MODULES = 'vigie.modules'

/** The built-in modules, and those of the repo, which win. */
export function loadRegistry(root: string): Registry {
  const own = join(root, OWN_MODULES)
  return new Registry([templates.modules, moduleFolder(own, relative(root, own))])
}

export const loadReceiverTypes = (): ReceiverTypes => new Map(Object.entries(templates.receivers))

export const loadStackTemplates = (): StackTemplates => templates.stack

export const loadSeenRules = (): readonly SeenRule[] => templates.seen
