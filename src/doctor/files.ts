import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { secretRefusal } from '../core/alerts/receiver-type.ts'
import type { SecretState } from '../core/doctor/files.ts'
import type { Stack } from '../core/stack.ts'

/** Whether each secret is there, can be read in a container, and looks like what it should be. Nothing of it is kept. */
export function secretStates(root: string, stack: Stack): SecretState[] {
  const specs = new Map(
    stack.receivers.flatMap(one => one.secrets.map(({ file, spec }) => [file, spec] as const)),
  )
  return stack.secrets.map(({ file }) => {
    const path = join(root, stack.config.output, 'secrets', file)
    const stat = statSync(path, { throwIfNoEntry: false })
    if (!stat) return { file, state: 'missing', wrong: undefined }
    if (!stat.isFile()) return { file, state: 'folder', wrong: undefined }
    if ((stat.mode & 0o004) === 0) return { file, state: 'unreadable', wrong: undefined }
    const text = contentOf(path)
    if (text === '') return { file, state: 'empty', wrong: undefined }
    const spec = specs.get(file)
    // What is stored in another form was checked when it was given.
    return {
      file,
      state: 'ok',
      wrong: spec && spec.stores === undefined && text !== undefined ? secretRefusal(spec, text) : undefined,
    }
  })
}

/** What must not be shown, whoever says it. */
export const secretTexts = (root: string, stack: Stack): string[] =>
  stack.secrets.flatMap(({ file }) =>
    (contentOf(join(root, stack.config.output, 'secrets', file)) ?? '').split(/\s+/),
  )

/** Somebody else's secret is none of our business; that it is there is all that can be said. */
function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}
