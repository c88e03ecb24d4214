import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Writes a secret as a file of its own, once: what is there is never replaced. The folder is 0700 and the file 0644, because
 * Compose hands a container the file alone with its host mode, and the container's user is not its owner.
 * @returns whether it was written
 */
export function writeSecret(folder: string, file: string, value: string): boolean {
  const path = join(folder, file)
  if (existsSync(path)) return false
  mkdirSync(folder, { recursive: true })
  closeFolder(folder)
  writeFileSync(path, value, { mode: 0o644, flag: 'wx' })
  chmodSync(path, 0o644)
  return true
}

/** git keeps no mode of a folder, so that a clone has it open. */
export function closeFolder(folder: string): void {
  if (existsSync(folder)) chmodSync(folder, 0o700)
}

export const hasSecret = (folder: string, file: string): boolean =>
  existsSync(join(folder, file)) && readFileSync(join(folder, file), 'utf8').trim() !== ''

/** 24 characters that survive every shell and URL. */
export const randomPassword = (): string => randomBytes(18).toString('base64url')
