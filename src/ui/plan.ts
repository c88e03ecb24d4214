import type { FileAction } from '../core/action.ts'
import type { Conflict } from '../core/merge/result.ts'
import { isOpen, type Plan, summarise } from '../core/plan.ts'

const GLYPHS: Readonly<Record<FileAction['kind'], string>> = {
  create: '+',
  adopt: '=',
  update: '~',
  merge: '~',
  edit: '~',
  delete: '-',
  keepDeleted: '-',
  keep: '·',
  conflict: '!',
  orphan: '!',
  forget: '·',
  none: '·',
}

/** The rows of a plan, one a file that changes or needs an answer; everything with `verbose`. */
export function planText(plan: Plan, stackDir: string, verbose: boolean): string {
  const rows = plan.files.filter(action => verbose || isNews(action))
  const fresh = rows.filter(action => action.kind === 'create')
  if (verbose || fresh.length < MANY) return rows.map(action => row(action, stackDir)).join('')
  const others = rows.filter(action => action.kind !== 'create').map(action => row(action, stackDir))
  return [...others, ...folders(fresh, stackDir)].join('')
}

/** A whole new tree is shown by folder; nobody reads sixty rows that all say "new". */
const MANY = 20

function folders(fresh: readonly FileAction[], stackDir: string): string[] {
  const counts = new Map<string, number>()
  for (const { path } of fresh) {
    const folder = path.includes('/')
      ? `${stackDir}/${path.slice(0, path.indexOf('/'))}/`
      : `${stackDir}/${path}`
    counts.set(folder, (counts.get(folder) ?? 0) + 1)
  }
  return [...counts].map(
    ([folder, count]) =>
      `  + ${folder}${folder.endsWith('/') ? `   ${count} ${count === 1 ? 'file' : 'files'}` : ''}\n`,
  )
}

const isNews = (action: FileAction): boolean =>
  isOpen(action) ||
  action.disk.do !== 'leave' ||
  action.kind === 'keepDeleted' ||
  (action.kind === 'keep' && action.notes.length > 0)

function row(action: FileAction, stackDir: string): string {
  const path = action.kind === 'edit' ? action.path : `${stackDir}/${action.path}`
  const changes = 'changes' in action ? action.changes.map(change => change.at).filter(Boolean) : []
  const detail = changes.length > 0 && changes.length < 6 ? `   ${changes.join(', ')}` : ''
  const undo = action.kind === 'keepDeleted' ? `   vigie restore ${path}   brings it back` : ''
  const lines = [`  ${glyphOf(action)} ${path}   ${action.why}${detail}${undo}`]
  if (isOpen(action)) {
    for (const conflict of action.conflicts)
      lines.push(`      ${conflict.at || 'the file'}   ${conflict.reason}`)
  }
  if ('notes' in action)
    for (const note of action.notes) lines.push(`      ${note.at} ${note.text}`.trimEnd())
  return `${lines.join('\n')}\n`
}

/** The user's own files may come, change or go too. */
function glyphOf(action: FileAction): string {
  if (action.kind === 'edit' && action.disk.do === 'delete') return '-'
  return action.kind === 'edit' && action.seen === undefined ? '+' : GLYPHS[action.kind]
}

/** The files that are not as vigie wrote them, with what was changed where that can be told. */
export function editsText(plan: Plan, stackDir: string): string {
  return plan.files
    .filter(action => action.kind === 'keep' || action.kind === 'keepDeleted')
    .map(action => {
      const edits = 'edits' in action ? action.edits.map(edit => edit.at).join(', ') : ''
      return `${row(action, stackDir).trimEnd()}${edits === '' ? '' : `   ${edits}`}\n`
    })
    .join('')
}

/** One conflict with both sides, before it is asked about. */
export function conflictText(path: string, conflict: Conflict): string {
  const side = (name: string, value: string | undefined): string =>
    value === undefined
      ? ''
      : `    ${name}   ${value.trim().split('\n').slice(0, 6).join('\n            ')}\n`
  return `! ${path}   ${conflict.at || conflict.reason}\n${side('yours', conflict.yours)}${side('vigie', conflict.vigie)}`
}

/** `Nothing to do. 21 files in sync, 2 carry your edits.` */
export function inSyncText(plan: Plan): string {
  const counts = summarise(plan)
  const edits = counts.keep + counts.keepDeleted
  return `Nothing to do. ${plan.files.length} files in sync${edits > 0 ? `, ${edits} carry your edits` : ''}.\n`
}
