import { editAction, type FileAction } from './action.ts'
import type { Base } from './base.ts'
import { plain, reshape, sameText, shapeOf } from './merge/eol.ts'
import { changesInYaml } from './merge/yaml-changes.ts'
import { strategyOf } from './tree.ts'

/**
 * Takes a file of the stack and what vigie wrote there; returns it without the remarks in which vigie
 * speaks of itself. Lines of the user stay, and so does every setting.
 */
export function withoutVigie(path: string, text: string, written: string): string {
  const lines = plain(text).split('\n')
  const own = new Set(plain(written).split('\n'))
  const isRemark = path.endsWith('.md') ? isProse : isComment
  const stay = lines.filter(line => !(own.has(line) && isRemark(line)))
  if (stay.length === lines.length) return text
  const left = reshape(
    stay
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .replace(/\n+$/, '\n'),
    shapeOf(text),
  )
  // A `#` inside a block of text is no comment.
  const changed = strategyOf(path) === 'yaml' && changesInYaml(text, left).length > 0
  return changed ? text : left
}

const isComment = (line: string): boolean => /^\s*#.*\bvigie\b/.test(line)

const isProse = (line: string): boolean =>
  line.startsWith('Written by [vigie]') || line === '## Leaving' || line.startsWith('Delete `vigie.yaml`')

/**
 * Takes what vigie wrote last and what is there, by path in the stack; returns the edits that take
 * vigie out of it. Files that are `own` to vigie go whole, unless the user made them his.
 */
export function ejectActions(
  base: ReadonlyMap<string, Base>,
  disk: ReadonlyMap<string, string>,
  own: readonly string[],
  inStack: (path: string) => string,
): FileAction[] {
  const actions = [...base].flatMap(([path, written]) => {
    const text = disk.get(path)
    if (text === undefined || written.kind !== 'text') return []
    const untouched = sameText(text, written.text)
    const after = own.includes(path) && untouched ? undefined : withoutVigie(path, text, written.text)
    const why = after === undefined ? 'vigie’s own' : 'without vigie’s remarks'
    return [editAction(inStack(path), strategyOf(path), text, after, why)]
  })
  return actions.filter(action => action.kind !== 'none').sort((a, b) => (a.path < b.path ? -1 : 1))
}
