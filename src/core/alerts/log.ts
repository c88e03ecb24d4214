/** What Alertmanager's log says about an attempt to notify. */
export interface NotifyLine {
  readonly receiver: string
  readonly group: string
  readonly error: string
}

/** Attempts that failed, from lines in logfmt. */
export function failedAttempts(log: string): NotifyLine[] {
  return log.split('\n').flatMap(line => {
    if (!/msg="?[Nn]otify /.test(line)) return []
    const fields = logfmt(line)
    const error = fields.err ?? ''
    const receiver = fields.receiver ?? /^([^/]+)\//.exec(error)?.[1] ?? ''
    return error === '' ? [] : [{ receiver, group: fields.aggrGroup ?? error, error: essence(error) }]
  })
}

function logfmt(line: string): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const [, key = '', quoted, bare] of line.matchAll(/([A-Za-z_]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g))
    fields[key] =
      quoted === undefined
        ? (bare ?? '')
        : quoted.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? ' ' : char))
  return fields
}

/** Without the frame that Alertmanager puts around what the receiver said, and without addresses, which may be secrets. */
function essence(error: string): string {
  const inner = error.replace(/^.*?notify retry canceled[^:]*?after \d+ attempts: /, '')
  return inner.replace(/https?:\/\/[^\s"']+/g, '<address>').slice(0, 300)
}
