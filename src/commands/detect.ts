import { detectionText, look } from './look.ts'
import type { Run } from './run.ts'

/** `vigie detect`: what vigie sees, with the evidence. */
export function detectCommand(run: Run, compose: string | undefined): number {
  const found = look(run, compose)
  if (run.options.json) run.print(`${JSON.stringify({ schema: 1, ...found }, null, 2)}\n`)
  else run.print(detectionText(found))
  return 0
}
