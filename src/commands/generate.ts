import { applyWorkspace, checkWorkspace } from './apply.ts'
import { openWorkspace, type Run } from './workspace.ts'

export type OnConflict = 'keep' | 'vigie' | undefined

/** Flags of every command that changes a stack which may be running. */
export interface ChangeOptions {
  readonly onConflict: OnConflict
  readonly apply: boolean | undefined
}

/** `vigie generate`: make the stack what vigie.yaml says. */
export function generateCommand(run: Run, options: ChangeOptions): Promise<number> {
  const { onConflict, apply } = options
  return applyWorkspace(run, openWorkspace(run.root), { onConflict, live: { apply } })
}

/** `vigie check`: is it so already? */
export function checkCommand(run: Run): number {
  return checkWorkspace(run, openWorkspace(run.root))
}
