import type { TextEdit } from './edits.ts'
import { normalise, plain, reshape, shapeOf } from './eol.ts'
import { mergeLines } from './lines.ts'
import { type Choices, type Conflict, type MergeResult, NO_CHOICES, type Note, wholeFile } from './result.ts'
import { type Merging, mergeNode } from './yaml-merge.ts'
import { isCollection, type YDoc } from './yaml-node.ts'
import { parseYaml, Unsafe } from './yaml-parse.ts'
import { spliceYaml } from './yaml-splice.ts'
import { dataOf, type Target } from './yaml-target.ts'

/**
 * Takes the last generated YAML, the user's and the next one; returns the user's text with vigie's
 * changes spliced in: bytes nobody needed to change do not change. Conflicts are at paths, and
 * `choices` settles them on a second call. The result is parsed again and must be exactly the merge of
 * the data; whatever cannot be done that way is one conflict about the file, so a bug here can ask a
 * needless question but never corrupt.
 */
export function mergeYaml(
  base: string,
  mine: string,
  theirs: string,
  choices: Choices = NO_CHOICES,
): MergeResult {
  const texts = { base: plain(normalise(base)), mine: plain(mine), theirs: plain(normalise(theirs)) }
  try {
    const docs = {
      base: parseSide(texts.base, 'what vigie wrote last'),
      mine: parseSide(texts.mine, 'your file'),
      theirs: parseSide(texts.theirs, 'what vigie writes now'),
    }
    return mergeDocs(docs, mine, choices)
  } catch (error) {
    if (!(error instanceof Unsafe)) throw error
    const whole = wholeFile(`cannot merge safely: ${error.message}`, base, mine, theirs, choices)
    return isSound(texts.base) ? whole : (mergeBroken(base, mine, theirs) ?? whole)
  }
}

/**
 * What vigie wrote last is no YAML any more: git merged two branches line by line, in the user's file as
 * in the base. Where the broken lines are the same in both, they are no edit, and the next version of
 * them mends the file; the edits elsewhere are carried over line by line.
 */
function mergeBroken(base: string, mine: string, theirs: string): MergeResult | undefined {
  const merged = mergeLines(base, mine, theirs)
  return merged.conflicts.length === 0 && isSound(plain(merged.text)) ? merged : undefined
}

function isSound(text: string): boolean {
  try {
    parseYaml(text)
    return true
  } catch (error) {
    if (error instanceof Unsafe) return false
    throw error
  }
}

function parseSide(text: string, whose: string): YDoc {
  try {
    return parseYaml(text)
  } catch (error) {
    throw error instanceof Unsafe ? new Unsafe(`${whose}: ${error.message}`) : error
  }
}

function mergeDocs(
  docs: Pick<Merging, 'base' | 'mine' | 'theirs'>,
  mine: string,
  choices: Choices,
): MergeResult {
  const conflicts: Conflict[] = []
  const notes: Note[] = []
  const run: Merging = { ...docs, choices, conflicts, notes }
  const [base, own, theirs] = [docs.base.root, docs.mine.root, docs.theirs.root]
  if (!isCollection(base) || !isCollection(own) || !isCollection(theirs))
    throw new Unsafe('nothing but comments in it')
  const target = mergeNode(run, { path: '', key: '', base, mine: own, theirs })
  const text = reshape(spliceYaml(docs.mine, docs.theirs, target, headerEdit(docs)), shapeOf(mine))
  verify(text, target, docs)
  return { text, conflicts, notes }
}

/** The comments above the first blank line are vigie's as long as nobody touched them. */
function headerEdit({ base, mine, theirs }: Pick<Merging, 'base' | 'mine' | 'theirs'>): TextEdit[] {
  const [was, is, next] = [base, mine, theirs].map(header)
  if (was === undefined || is === undefined || next === undefined || was !== is || was === next) return []
  return [{ start: 0, end: is.length, text: next }]
}

function header(doc: YDoc): string | undefined {
  const first = isCollection(doc.root) && !doc.root.flow ? doc.root.items[0] : undefined
  return first === undefined || first.compact ? undefined : doc.text.slice(0, first.lead)
}

/** The last word: the text must parse, be the merged data, and define no anchor more often than before. */
export function verify(text: string, target: Target, docs: Pick<Merging, 'mine' | 'theirs'>): void {
  let result: YDoc
  try {
    result = parseYaml(plain(text))
  } catch (error) {
    throw error instanceof Unsafe ? new Unsafe(`the result would not be sound (${error.message})`) : error
  }
  if (result.root?.data !== dataOf(target)) throw new Unsafe('the result would not say what it should')
  for (const [anchor, times] of result.anchors) {
    const before = Math.max(docs.mine.anchors.get(anchor) ?? 0, docs.theirs.anchors.get(anchor) ?? 0)
    if (times > Math.max(before, 1)) throw new Unsafe(`the anchor &${anchor} would be defined twice`)
  }
}
