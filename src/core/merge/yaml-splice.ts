import { applyEdits, type TextEdit } from './edits.ts'
import { fillEmpty, spliceBlock } from './yaml-blocks.ts'
import { flowText, scalarText, shiftLines } from './yaml-copy.ts'
import { spliceFlow } from './yaml-flow.ts'
import { isCollection, type YDoc, type YItem, type YNode } from './yaml-node.ts'
import { Unsafe } from './yaml-parse.ts'
import type { Target } from './yaml-target.ts'

/** The user's text, the text that copies come from, and the edits so far. */
export interface Splicing {
  readonly mine: YDoc
  readonly theirs: YDoc
  readonly edits: TextEdit[]
}

/**
 * Takes the user's document, the one that copies come from and what the root is to become; returns
 * the user's text with exactly that changed. Throws Unsafe where it would have to guess.
 */
export function spliceYaml(
  mine: YDoc,
  theirs: YDoc,
  target: Target,
  extra: readonly TextEdit[] = [],
): string {
  const run: Splicing = { mine, theirs, edits: [...extra] }
  if (target.kind === 'copy') throw new Unsafe('the whole document would be replaced')
  splice(run, target, undefined)
  return applyEdits(mine.text, run.edits)
}

function splice(run: Splicing, target: Target, holder: YItem | undefined): void {
  if (target.kind === 'same') return
  if (target.kind === 'copy') {
    replaceValue(run, target.mine, target.theirs)
    return
  }
  const { mine, items, like } = target
  for (const item of items) {
    if (item.kind === 'into') splice(run, item.value, item.mine)
  }
  const filled = isCollection(mine) && (mine.items.length > 0 || mine.inFlow)
  if (!filled) fillEmpty(run, mine, like, items, holder)
  else if (mine.flow) spliceFlow(run, mine, items)
  else spliceBlock(run, mine, items)
}

function replaceValue(run: Splicing, mine: YNode, theirs: YNode): void {
  const { text } = run.mine
  if (mine.inFlow) {
    run.edits.push({ start: mine.props, end: mine.end, text: flowText(run.theirs, theirs) })
    return
  }
  if (isInline(run.mine, mine) && isInline(run.theirs, theirs)) {
    replaceInline(run, mine, theirs)
    return
  }
  const copied = run.theirs.text.slice(theirs.after, endOf(run.theirs.text, theirs))
  const end = Math.max(endOf(text, mine), mine.after)
  run.edits.push({ start: mine.after, end, text: shiftLines(copied, mine.column - theirs.column) })
}

function replaceInline(run: Splicing, mine: YNode, theirs: YNode): void {
  const { text } = run.theirs
  if (mine.props === mine.end) {
    const value = text.slice(theirs.props, theirs.end)
    if (value !== '') run.edits.push({ start: mine.after, end: mine.after, text: ` ${value}` })
    return
  }
  // An anchor of the user stays on the new value: aliases elsewhere point at it.
  const keepsAnchor = mine.anchored && !theirs.anchored && mine.tag === theirs.tag
  const start = keepsAnchor ? mine.start : mine.props
  const value = keepsAnchor ? text.slice(theirs.start, theirs.end) : scalarText(run.theirs, theirs, mine)
  run.edits.push({ start, end: mine.end, text: value })
}

function isInline(doc: YDoc, node: YNode): boolean {
  if (isCollection(node) && !node.flow) return false
  return (
    !doc.text.slice(node.props, node.end).includes('\n') &&
    !(node.kind === 'scalar' && node.style === 'block')
  )
}

/** A block scalar's range takes in its last newline, which belongs to the line. */
function endOf(text: string, node: YNode): number {
  return node.end > node.start && text[node.end - 1] === '\n' ? node.end - 1 : node.end
}
