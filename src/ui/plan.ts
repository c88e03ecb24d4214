import type { FileAction } from '../core/action.ts'
import type { Change } from '../core/merge/result.ts'
import { changesInYaml } from '../core/merge/yaml-changes.ts'
import { isOpen, type Plan, summarise } from '../core/plan.ts'
import { conflictRow } from './conflict.ts'

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
  const path = placeIn(stackDir, action)
  const undo = action.kind === 'keepDeleted' ? `   vigie restore ${path}   brings it back` : ''
  const lines = [`  ${glyphOf(action)} ${path}   ${whyOf(action)}${undo}`]
  const reasons = isOpen(action) ? action.conflicts.map(conflictRow).filter(text => text !== action.why) : []
  const notes = 'notes' in action ? action.notes.map(note => `${note.at} ${note.text}`.trim()) : []
  return `${[...lines, ...[...reasons, ...notes].map(text => `      ${text}`)].join('\n')}\n`
}

const placeIn = (stackDir: string, action: FileAction): string =>
  action.kind === 'edit' ? action.path : `${stackDir}/${action.path}`

/** What changes in a file, as far as that is short; of a merge also which of the user's edits are in it. */
function whyOf(action: FileAction): string {
  const changes = changesText(changesOf(action))
  if (action.kind !== 'merge') return [action.why, changes].filter(Boolean).join('   ')
  const edits = namesOf(action.edits)
  return `${changes || 'changed'}; your edits are kept${edits && ` (${edits})`}`
}

function changesOf(action: FileAction): readonly Change[] {
  if ('changes' in action) return action.changes
  const isText = action.kind === 'update' && action.strategy === 'yaml' && action.disk.do === 'write'
  return isText && action.seen !== undefined && action.disk.do === 'write'
    ? changesInYaml(action.seen, action.disk.text)
    : []
}

const FEW = 5
const WIDE = 120

/** `services.cache-exporter added, services.grafana.image changed`; '' for more than anybody reads. */
const changesText = (changes: readonly Change[]): string =>
  shortList(changes.map(({ at, kind }) => `${at} ${kind}`))

const namesOf = (changes: readonly Change[]): string => shortList(changes.map(change => change.at))

function shortList(words: readonly string[]): string {
  const text = words.join(', ')
  return words.length > FEW || text.length > WIDE ? '' : text
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
      const edits = 'edits' in action ? namesOf(action.edits) : ''
      return `${row(action, stackDir).trimEnd()}${edits && `   ${edits}`}\n`
    })
    .join('')
}

/** `Nothing to do. 21 files in sync, 2 carry your edits.` */
export function inSyncText(plan: Plan): string {
  const counts = summarise(plan)
  const edits = counts.keep + counts.keepDeleted
  const yours = edits === 0 ? '' : `, ${edits} ${edits === 1 ? 'carries' : 'carry'} your edits`
  return `Nothing to do. ${plan.files.length} files in sync${yours}.\n`
}
