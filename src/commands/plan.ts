import type { Base } from '../core/base.ts'
import { MAKE_TARGETS } from '../core/conventions.ts'
import { MOVED, movesSince } from '../core/moves.ts'
import { type Plan, planTree } from '../core/plan.ts'
import type { RenderedFile } from '../core/tree.ts'
import { readBase, readDisk } from '../io/files.ts'
import { nodeIo } from '../io/port.ts'
import { type ConfigEdit, ownEdits } from './own-files.ts'
import type { Run } from './run.ts'
import { renderWorkspace, type Workspace } from './workspace.ts'

/** The three sides of every generated file. */
export interface Tree {
  readonly base: ReadonlyMap<string, Base>
  readonly disk: ReadonlyMap<string, string>
  readonly next: readonly RenderedFile[]
}

/** What vigie wrote last, what is there, and what it would write now. */
export function readTree(run: Run, workspace: Workspace): Tree {
  const { output } = workspace.stack.config
  const next = renderWorkspace(workspace)
  const { fs } = nodeIo('')
  const base = readBase(run.root, output, fs)
  const disk = readDisk(run.root, output, new Set([...base.keys(), ...next.map(file => file.path)]), fs)
  return { base, disk, next }
}

/**
 * Everything that would be written for a workspace: the tree, and the edits of files that are the user's.
 * @param revision of the templates that the stack was rendered from last
 */
export function planWorkspace(run: Run, workspace: Workspace, revision: number, config?: ConfigEdit): Plan {
  const { base, disk, next } = readTree(run, workspace)
  const plan = planTree(base, disk, next, movesSince(MOVED, revision, base.keys()))
  const isNew = !base.has(MAKE_TARGETS)
  return { files: [...ownEdits(run, workspace.parsed, config, isNew), ...plan.files] }
}
