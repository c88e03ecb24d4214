import { UserError } from '../core/errors.ts'
import { isOpen } from '../core/plan.ts'
import { editDiffs, placeOf, planDiffs, type ShownDiff } from '../core/plan-diff.ts'
import { inStack } from '../io/files.ts'
import { colourDiff } from '../ui/colour.ts'
import { conflictText } from '../ui/conflict.ts'
import { planWorkspace, readTree } from './plan.ts'
import { requireRevision } from './revision.ts'
import type { Run } from './run.ts'
import { openWorkspace, type Workspace } from './workspace.ts'

export interface DiffOptions {
  /** A file or folder, from the repo root or from the stack. */
  readonly path: string | undefined
  /** What the user changed, instead of what vigie would. */
  readonly edits: boolean
  readonly upgrade: boolean
}

/** `vigie diff`: what generate would change, as unified diffs, or what the user changed. Writes nothing. */
export function diffCommand(run: Run, options: DiffOptions): number {
  const workspace = openWorkspace(run.root)
  const diffs = options.edits ? yours(run, workspace, options) : ours(run, workspace, options)
  if (run.options.json) run.print(`${JSON.stringify({ schema: 1, files: diffs }, null, 2)}\n`)
  else for (const { text } of diffs) run.print(colourDiff(text, run.colours.out))
  if (diffs.length === 0) run.say(options.edits ? 'No edits.\n' : 'No difference.\n')
  return 0
}

function yours(run: Run, workspace: Workspace, { path }: DiffOptions): ShownDiff[] {
  const { output } = workspace.stack.config
  const { base, disk, next } = readTree(run, workspace)
  const places = [...base.keys()].map(name => inStack(output, name))
  const chosen = chooser(path, output, places)
  return editDiffs(base, disk, next, name => inStack(output, name)).filter(diff => chosen(diff.path))
}

function ours(run: Run, workspace: Workspace, { path, upgrade }: DiffOptions): ShownDiff[] {
  const { output } = workspace.stack.config
  const plan = planWorkspace(run, workspace, requireRevision(run, output, upgrade))
  const place = (name: string): string => inStack(output, name)
  const chosen = chooser(
    path,
    output,
    plan.files.map(action => placeOf(action, place)),
  )
  for (const action of plan.files.filter(isOpen)) {
    if (!chosen(placeOf(action, place))) continue
    for (const conflict of action.conflicts) run.say(conflictText(place(action.path), conflict))
  }
  return planDiffs(plan, place).filter(diff => chosen(diff.path))
}

/** Tells which places a path given on the command line means. */
function chooser(
  path: string | undefined,
  output: string,
  places: readonly string[],
): (place: string) => boolean {
  if (path === undefined) return () => true
  const given = path.replace(/^\.\//, '').replace(/\/$/, '')
  const names = [given, inStack(output, given)]
  const chosen = (place: string): boolean =>
    names.some(name => place === name || place.startsWith(`${name}/`))
  if (!places.some(chosen))
    throw new UserError(`vigie writes no ${path}.`, { hint: 'vigie diff   without a path shows everything' })
  return chosen
}
