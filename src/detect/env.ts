export type Variables = ReadonlyMap<string, string>

/** What grows beyond this when it is filled in stays as it stands. */
const LONGEST = 10_000

/** Reads the lines of a .env file as Compose takes them: `export`, quotes, comments, and `$NAME` of what is known by then or has a default. */
export function parseEnv(text: string, known: Variables = new Map()): Map<string, string> {
  const found = new Map<string, string>()
  const all = new Map(known)
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*[=:]\s*(.*)$/.exec(line)
    const [, name, given = ''] = match ?? []
    if (name === undefined) continue
    const value = valueIn(given.trim(), all)
    found.set(name, value)
    all.set(name, value)
  }
  return found
}

function valueIn(given: string, known: Variables): string {
  const [, quote, inside] = /^(["'])(.*?)\1\s*(?:#.*)?$/.exec(given) ?? []
  const value = inside ?? given.replace(/\s+#.*$/, '').replace(/^#.*$/, '')
  const names = [...value.matchAll(/\$\{?([A-Za-z_]\w*)(:?-)?/g)]
  const isKnown = names.every(([, name = '', otherwise]) => known.has(name) || otherwise !== undefined)
  if (quote === "'" || names.length === 0 || !isKnown) return value
  const filled = interpolate(value, known)
  return filled.length > LONGEST ? value : filled
}

const DEEPEST = 10

/** Fills `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:?error}` and `${NAME:+instead}` in, as Compose does; `$$` is a dollar. */
export function interpolate(text: string, variables: Variables, depth = 0): string {
  if (!text.includes('$') || depth > DEEPEST) return text
  const ends = closings(text)
  let result = ''
  let at = 0
  while (at < text.length) {
    const dollar = text.indexOf('$', at)
    if (dollar < 0) return result + text.slice(at)
    result += text.slice(at, dollar)
    const rest = text.slice(dollar)
    const plain = /^\$([A-Za-z_][A-Za-z0-9_]*)/.exec(rest)
    const end = ends.get(dollar)
    if (rest.startsWith('$$')) {
      result += '$'
      at = dollar + 2
    } else if (plain) {
      result += variables.get(plain[1] ?? '') ?? ''
      at = dollar + plain[0].length
    } else if (end !== undefined) {
      result += expand(text.slice(dollar + 2, end), variables, depth)
      at = end + 1
    } else {
      result += '$'
      at = dollar + 1
    }
  }
  return result
}

/** Where each `${` is closed. */
function closings(text: string): ReadonlyMap<number, number> {
  const found = new Map<number, number>()
  const open: number[] = []
  for (let at = 0; at < text.length; at++) {
    if (text.startsWith('${', at)) open.push(at)
    const start = text[at] === '}' ? open.pop() : undefined
    if (start !== undefined) found.set(start, at)
  }
  return found
}

function expand(inner: string, variables: Variables, depth: number): string {
  const [, name = '', operator = '', word = ''] =
    /^([A-Za-z_][A-Za-z0-9_]*)(:?[-?+])?(.*)$/s.exec(inner) ?? []
  const value = variables.get(name)
  const isSet = operator.startsWith(':') ? value !== undefined && value !== '' : value !== undefined
  if (operator.endsWith('+')) return isSet ? interpolate(word, variables, depth + 1) : ''
  if (isSet) return value ?? ''
  return operator.endsWith('-') ? interpolate(word, variables, depth + 1) : ''
}

/** The variable that a value starts with, `${NAME:-…}` or `$NAME`, and its default. */
export function variableOf(text: string): { name: string; fallback: string | undefined } | undefined {
  const [whole, name, fallback] = /^\$\{?([A-Za-z_][A-Za-z0-9_]*)(?::?-([^}]*))?/.exec(text.trim()) ?? []
  return whole === undefined || name === undefined ? undefined : { name, fallback }
}

/** The variables of a text that nothing sets and that have no default. */
export const unsetIn = (text: string, variables: Variables): string[] =>
  [...text.matchAll(/(\$\$)|\$\{?([A-Za-z_]\w*)(:?[-+])?/g)].flatMap(([, dollar, name = '', operator]) =>
    dollar || operator || variables.has(name) ? [] : [name],
  )
