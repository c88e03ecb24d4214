import { applyWorkspace, checkWorkspace } from './apply.ts'
import { openWorkspace, type Run } from './workspace.ts'

export type OnConflict = 'keep' | 'vigie' | undefined

/** `vigie generate`: make the stack what vigie.yaml says. */
export function generateCommand(run: Run, onConflict: OnConflict): Promise<number> {
  return applyWorkspace(run, openWorkspace(run.root), { onConflict })
}

/** `vigie check`: is it so already? */
export function checkCommand(run: Run): number {
  return checkWorkspace(run, openWorkspace(run.root))
}
