import type { Config } from '../core/config/schema.ts'
import { UserError } from '../core/errors.ts'
import type { Plan } from '../core/plan.ts'
import { newFaults } from '../core/soundness.ts'
import { inStack, listFolder, readDisk } from '../io/files.ts'
import { nodeIo } from '../io/port.ts'
import { type Run, readOwn } from './run.ts'

/** Where people put scrape jobs of their own. */
const OWN_JOBS = 'prometheus/scrape/local'

/** @throws UserError for what the plan would break: it is then not carried out */
export function requireSound(run: Run, { output, attach, compose }: Config, plan: Plan): void {
  const { fs } = nodeIo('')
  const own = readDisk(run.root, output, listFolder(run.root, output, OWN_JOBS, fs), fs)
  const [before, after] = [new Map(own), new Map(own)]
  for (const { kind, path, seen, disk } of plan.files) {
    if (kind === 'edit') continue
    const left = disk.do === 'write' ? disk.text : disk.do === 'leave' ? seen : undefined
    if (seen !== undefined) before.set(path, seen)
    if (left !== undefined) after.set(path, left)
  }
  const app = attach === 'include' && compose !== undefined ? readOwn(run, compose) : undefined
  const [fault] = newFaults(before, after, app)
  if (fault === undefined) return
  const at =
    fault.inApp && compose ? { file: compose, ...fault.inApp } : { file: inStack(output, fault.path) }
  throw new UserError(`${fault.message} Nothing was written.`, { at, hint: fault.hint, exitCode: 1 })
}
