/** Replace [start, end) by text. */
export interface TextEdit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * Takes a text and edits of it, returns the edited text. What lies outside the edits is carried over
 * byte for byte. Insertions at one place stand in the order given; overlapping edits are a bug.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end)
  let out = ''
  let at = 0
  for (const edit of sorted) {
    if (edit.start < at) throw new Error(`edits overlap at offset ${edit.start}`)
    out += text.slice(at, edit.start) + edit.text
    at = edit.end
  }
  return out + text.slice(at)
}
