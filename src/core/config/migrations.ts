import { parseDocument } from 'yaml'
import { CONFIG_FILE } from '../conventions.ts'
import { setInYaml } from '../splice.ts'

/** What makes a vigie.yaml of one version one of the next. */
export interface Migration {
  readonly from: number
  /** One clause for people. */
  readonly what: string
  /** Pure; splices, so that comments and layout stay. The version itself is raised for it. */
  readonly apply: (text: string) => string
}

/** The version of vigie.yaml that this vigie reads and writes. */
export const CONFIG_VERSION = 1

/** Run by `--upgrade` only, oldest first. */
export const MIGRATIONS: readonly Migration[] = []

/** Takes the text of vigie.yaml, returns it as the current version wants it, and what was done. */
export function migrateConfig(
  text: string,
  migrations: readonly Migration[],
): { readonly text: string; readonly done: readonly string[] } {
  const done: string[] = []
  let now = text
  for (const { from, what, apply } of migrations) {
    if (versionOf(now) !== from) continue
    now = setInYaml(CONFIG_FILE, apply(now), ['version'], from + 1)
    done.push(`version ${from} → ${from + 1}: ${what}`)
  }
  return { text: now, done }
}

/** The version a text names; undefined where it names none, which parsing then reports. */
function versionOf(text: string): unknown {
  const document = parseDocument(text)
  return document.errors.length > 0 ? undefined : document.get('version')
}
