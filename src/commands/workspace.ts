import { type ParsedConfig, parseConfig } from '../core/config/parse.ts'
import { CONFIG_FILE } from '../core/conventions.ts'
import { UserError } from '../core/errors.ts'
import type { Registry } from '../core/modules/registry.ts'
import { renderTree } from '../core/render/tree.ts'
import { resolveStack } from '../core/resolve.ts'
import type { Stack } from '../core/stack.ts'
import type { RenderedFile } from '../core/tree.ts'
import { readText } from '../io/files.ts'
import { nodeIo } from '../io/port.ts'
import { loadReceiverTypes, loadRegistry, loadStackTemplates } from '../io/templates.ts'

/** vigie.yaml and everything that follows from it. */
export interface Workspace {
  readonly text: string
  readonly parsed: ParsedConfig
  readonly registry: Registry
  readonly stack: Stack
}

/** @throws UserError when there is no vigie.yaml, or it is wrong */
export function openWorkspace(root: string): Workspace {
  return workspaceOf(root, readConfig(root))
}

/** @throws UserError when there is no vigie.yaml */
export function readConfig(root: string): string {
  const text = readText(root, CONFIG_FILE, nodeIo('').fs)
  if (text === undefined)
    throw new UserError('There is no vigie.yaml here.', {
      hint: 'vigie init   looks at the repo and writes one',
    })
  return text
}

/** The workspace as it would be with another vigie.yaml; nothing is written. */
export function workspaceOf(root: string, text: string): Workspace {
  const parsed = parseConfig(text)
  const registry = loadRegistry(root)
  return { text, parsed, registry, stack: resolveStack(parsed, registry, loadReceiverTypes()) }
}

/** The same of a text that is not written yet: nobody could open the line in which something is wrong. */
export function proposedWorkspace(root: string, text: string): Workspace {
  try {
    return workspaceOf(root, text)
  } catch (error) {
    if (!(error instanceof UserError) || error.at?.file !== CONFIG_FILE) throw error
    throw new UserError(error.message, { hint: error.hint })
  }
}

export const renderWorkspace = (workspace: Workspace): RenderedFile[] =>
  renderTree(workspace.stack, loadStackTemplates())
