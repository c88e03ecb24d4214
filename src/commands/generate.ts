import { MIGRATIONS, type Migration, migrateConfig } from '../core/config/migrations.ts'
import { applyWorkspace } from './apply.ts'
import { recoverTree } from './recover.ts'
import type { Run } from './run.ts'
import type { OnConflict } from './settle.ts'
import { readConfig, workspaceOf } from './workspace.ts'

/** Flags of every command that changes a stack which may be running. */
export interface ChangeOptions {
  readonly onConflict: OnConflict
  /** Whether newer templates may come in. */
  readonly upgrade: boolean
  /** Whether the running stack gets it at once; undefined asks. */
  readonly apply: boolean | undefined
}

/** `vigie generate`: make the stack what vigie.yaml says. With --upgrade, vigie.yaml is brought up to date first. */
export function generateCommand(
  run: Run,
  { onConflict, upgrade, apply }: ChangeOptions,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<number> {
  recoverTree(run)
  const text = readConfig(run.root)
  const migrated = migrateConfig(text, upgrade ? migrations : [])
  const workspace = workspaceOf(run.root, migrated.text)
  const config =
    migrated.text === text ? {} : { config: { text: migrated.text, why: migrated.done.join('; ') } }
  return applyWorkspace(run, workspace, { ...config, onConflict, upgrade, live: { apply } })
}
