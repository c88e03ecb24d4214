/** Where in a file something is wrong; lines and columns count from 1. */
export interface Place {
  readonly file: string
  readonly line?: number
  readonly column?: number
}

export interface UserErrorOptions {
  /** The next step: a command to run or a line to change. */
  readonly hint: string
  readonly at?: Place
  readonly exitCode?: 1 | 2
}

/**
 * The only error vigie throws on purpose: something the user can understand and mend.
 * Everything else that is thrown is a bug and is reported as one.
 */
export class UserError extends Error {
  readonly hint: string
  readonly at: Place | undefined
  readonly exitCode: 1 | 2

  constructor(message: string, options: UserErrorOptions) {
    super(message)
    this.name = 'UserError'
    this.hint = options.hint
    this.at = options.at
    this.exitCode = options.exitCode ?? 2
  }
}

/** The user pressed Ctrl-C or closed the terminal: nothing was written. */
export class Interrupted extends Error {
  readonly exitCode: 130 | 143

  constructor(message = 'Stopped. Nothing was written.', signal: 'SIGINT' | 'SIGTERM' = 'SIGINT') {
    super(message)
    this.name = 'Interrupted'
    this.exitCode = signal === 'SIGTERM' ? 143 : 130
  }
}

/** The hint for a key or a value of vigie.yaml that is wrong by itself. */
export const SEE_REFERENCE = 'docs/configuration.md of vigie lists every key and its values'

/** `vigie.yaml:14:11`, the form editors make clickable. */
export function formatPlace(place: Place): string {
  if (place.line === undefined) return place.file
  return `${place.file}:${place.line}:${place.column ?? 1}`
}
