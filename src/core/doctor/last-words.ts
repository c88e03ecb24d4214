const COMPLAINT =
  /\b(panic|fatal|[a-z]*error|[a-z]*exception|err|denied|refused|failed|cannot|unable|no such|read-only)\b/i
/** Frames of a stack, and the goroutines they belong to. */
const FRAME = /^(at |goroutine |created by |File "|\S+\.go:\d+|[\w./*()]+\(.*\)$)/

/** The line of a log that says why a program ended; the last of all says it only where no stack follows it. */
export function lastWords(log: string): string {
  const lines = log
    .split('\n')
    .map(line => line.trim())
    .filter(Boolean)
  const complains = (line: string | undefined): boolean =>
    line !== undefined && COMPLAINT.test(line) && !FRAME.test(line)
  const at = lines.findLastIndex(complains)
  // Go's panic is the consequence of what was logged before it.
  const cause = lines[at - 1]
  const line = lines[at]?.startsWith('panic:') && complains(cause) ? cause : (lines[at] ?? lines.at(-1))
  return (line ?? '').slice(0, 400)
}
