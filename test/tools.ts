import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CACHE = fileURLToPath(new URL('../.cache/tools/bin', import.meta.url))

/** The path of a program on PATH or in the repo's tool cache; undefined where it is absent, so that a test can say so. */
export function tool(name: string): string | undefined {
  return [...(process.env.PATH ?? '').split(delimiter), CACHE]
    .filter(folder => folder !== '')
    .map(folder => join(folder, name))
    .find(isProgram)
}

/** What a skipped test is called, so that the report says why it did not run. */
export const needs = (what: string, ...tools: string[]): string => {
  const absent = tools.filter(name => tool(name) === undefined)
  return absent.length === 0 ? what : `${what} (skipped: ${absent.join(' and ')} not found)`
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
