import { type FileAction, LEAVE } from './action.ts'
import { type Base, baseOf, baseText, sameBase } from './base.ts'
import { inShapeOf, sameText } from './merge/eol.ts'
import { type RenderedFile, strategyOf } from './tree.ts'

/** Takes a file as vigie renders it, its base and what is there; returns the action that makes it so again. */
export function restoreAction(
  { path, text, ownership }: RenderedFile,
  base: Base | undefined,
  disk: string | undefined,
): FileAction {
  const now = baseOf(path, text)
  const known = ownership === 'seed' || (base !== undefined && sameBase(base, now))
  const row = { path, strategy: strategyOf(path), seen: disk, precious: true, why: 'as vigie writes it' }
  const remember = known ? LEAVE : ({ do: 'write', text: baseText(now) } as const)
  if (disk !== undefined && sameText(disk, text)) return { ...row, kind: 'none', disk: LEAVE, base: remember }
  return {
    ...row,
    kind: disk === undefined ? 'create' : 'update',
    disk: { do: 'write', text: disk === undefined ? text : inShapeOf(text, disk) },
    base: remember,
  }
}
