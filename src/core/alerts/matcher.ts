export type Labels = Readonly<Record<string, string>>

/** One condition on a label, as Alertmanager's configuration and API write it. */
export interface Matcher {
  readonly name: string
  readonly operator: '=' | '!=' | '=~' | '!~'
  readonly value: string
  /** As it stands in the file, to be shown as the reason. */
  readonly text: string
}

const FORM = /^\s*("(?:[^"\\]|\\.)*"|[^\s"=!~]+)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|.*?)\s*$/s

/** Undefined for what is no matcher. */
export function parseMatcher(text: string): Matcher | undefined {
  const [, name, operator, value] = FORM.exec(text) ?? []
  if (name === undefined || value === undefined || !isOperator(operator)) return undefined
  return { name: unquoted(name), operator, value: unquoted(value), text: text.trim() }
}

/** A label that is missing counts as empty. */
export function matches(matcher: Matcher, labels: Labels): boolean {
  const actual = labels[matcher.name] ?? ''
  switch (matcher.operator) {
    case '=':
      return actual === matcher.value
    case '!=':
      return actual !== matcher.value
    case '=~':
      return anchored(matcher.value).test(actual)
    case '!~':
      return !anchored(matcher.value).test(actual)
  }
}

const anchored = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`, 's')

const isOperator = (text: string | undefined): text is Matcher['operator'] =>
  text === '=' || text === '!=' || text === '=~' || text === '!~'

const unquoted = (text: string): string =>
  text.startsWith('"') && text.endsWith('"') && text.length > 1
    ? text.slice(1, -1).replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char))
    : text
