import type { Conflict } from '../core/merge/result.ts'

const SHOWN_LINES = 6
const SHOWN_WIDTH = 80

/** One conflict with both sides, before it is asked about: `path` from the repo root. */
export function conflictText(path: string, conflict: Conflict): string {
  const { at, reason, base, yours, vigie } = conflict
  const was = at === '' ? undefined : shortly(base)
  const sides = at === '' ? '' : side('yours', yours) + side('vigie', vigie, was && `   (was ${was})`)
  return `! ${path}   ${at || reason}\n${sides}`
}

function side(name: string, value: string | undefined, remark = ''): string {
  const lines = value === undefined ? ['removed'] : value.trim().split('\n').slice(0, SHOWN_LINES)
  return `    ${name}   ${lines.join('\n            ')}${remark}\n`
}

/** The same on one line, for where nobody is asked. */
export function conflictRow({ at, reason, yours, vigie }: Conflict): string {
  if (at === '') return reason
  const [mine, theirs] = [shortly(yours ?? 'removed'), shortly(vigie ?? 'removed')]
  return mine === undefined || theirs === undefined
    ? `${at}   ${reason}`
    : `${at}   yours ${mine}   vigie ${theirs}`
}

/** A value that fits into a row; undefined for one that does not. */
function shortly(value: string | undefined): string | undefined {
  const text = value?.trim()
  return text === undefined || text.includes('\n') || text.length > SHOWN_WIDTH ? undefined : text
}
