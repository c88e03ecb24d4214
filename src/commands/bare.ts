import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { CONFIG_FILE } from '../core/conventions.ts'
import { checkCommand } from './check.ts'
import { initCommand } from './init.ts'
import type { Run } from './run.ts'

/** `vigie` alone: set up where nothing is yet, else say how things stand. */
export function bareCommand(run: Run): number | Promise<number> {
  if (existsSync(join(run.root, CONFIG_FILE))) return checkCommand(run, false)
  return initCommand(run, {
    service: [],
    alerts: undefined,
    output: undefined,
    compose: undefined,
    attach: undefined,
    heartbeat: undefined,
    cadvisor: undefined,
    onConflict: undefined,
  })
}
