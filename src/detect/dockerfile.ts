import { interpolate, type Variables } from './env.ts'

/** What the image that a Dockerfile builds will be, as far as its lines say. */
export interface Dockerfile {
  /** The image that the last stage comes from in the end; undefined for `scratch`. */
  readonly base: string | undefined
  readonly baseSource: string
  readonly exposed: readonly { readonly port: number; readonly source: string }[]
  readonly environment: Variables
  /** ENTRYPOINT and CMD. */
  readonly command: string
  readonly commandSource: string
  readonly healthcheck: string
  /** System packages that the last stage installs. */
  readonly packages: readonly { readonly name: string; readonly source: string }[]
  /** What is copied from the build context, by any stage that the last one needs. */
  readonly copies: readonly string[]
  /** Images and stages that files are copied from. */
  readonly copiedFrom: readonly string[]
}

interface Line {
  readonly instruction: string
  readonly rest: string
  readonly number: number
}

interface Stage {
  readonly name: string
  readonly from: string
  readonly source: string
  readonly lines: readonly Line[]
}

/** @param target the stage to build, as `build.target` names it; the last one where it is undefined */
export function parseDockerfile(
  path: string,
  text: string,
  args: Variables = new Map(),
  target?: string,
): Dockerfile | undefined {
  const stages = stagesOf(path, text, args)
  const wanted = stages.find(stage => stage.name === target?.toLowerCase()) ?? stages.at(-1)
  if (wanted === undefined) return undefined
  const chain = chainOf(wanted, stages)
  const lines = chain.flatMap(stage => stage.lines)
  const environment = new Map([...args].slice(0, 0))
  for (const line of lines)
    if (line.instruction === 'ENV') for (const [k, v] of pairs(line.rest)) environment.set(k, v)
  const filled = lines.map(line => ({
    ...line,
    rest:
      line.instruction === 'RUN'
        ? line.rest
        : interpolate(line.rest, new Map([...argumentsOf(lines, args), ...environment])),
  }))
  const origin = chain[0]
  const command = commandOf(filled)
  return {
    base: origin === undefined || origin.from === 'scratch' ? undefined : origin.from,
    baseSource: origin?.source ?? path,
    exposed: filled.filter(is('EXPOSE')).flatMap(line => exposedBy(line, path)),
    environment,
    command: command.text,
    commandSource: `${path}:${command.line}`,
    healthcheck: filled.findLast(is('HEALTHCHECK'))?.rest ?? '',
    packages: filled.filter(is('RUN')).flatMap(line => installedBy(line, path)),
    ...copiesOf(chain, stages, args),
  }
}

const is =
  (instruction: string) =>
  (line: Line): boolean =>
    line.instruction === instruction

/** Instructions with their continuation lines joined; comments and here-documents dropped. */
function linesOf(text: string): Line[] {
  const found: Line[] = []
  const physical = text.split(/\r?\n/)
  for (let at = 0; at < physical.length; at++) {
    const number = at + 1
    if (/^\s*(#|$)/.test(physical[at] ?? '')) continue
    const { whole, end } = joined(physical, at)
    const [, instruction = '', rest = ''] = /^\s*([A-Za-z]+)\s+(.*)$/s.exec(whole) ?? []
    at = afterHereDocument(whole, physical, end)
    if (instruction !== '') found.push({ instruction: instruction.toUpperCase(), rest: rest.trim(), number })
  }
  return found
}

const CONTINUES = /[\\`]\s*$/

/** A line and those that continue it, without the comments between them. */
function joined(physical: readonly string[], start: number): { whole: string; end: number } {
  const parts: string[] = []
  let end = start
  for (; end < physical.length; end++) {
    const line = physical[end] ?? ''
    const isComment = end > start && /^\s*#/.test(line)
    if (!isComment) parts.push(line.replace(CONTINUES, ''))
    if (!isComment && !CONTINUES.test(line)) break
  }
  return { whole: parts.join(' '), end }
}

function afterHereDocument(whole: string, physical: readonly string[], end: number): number {
  const word = /^\s*(?:RUN|COPY)\b.*<<-?["']?(\w+)/i.exec(whole)?.[1]
  const close = word === undefined ? -1 : physical.findIndex((line, at) => at > end && line.trim() === word)
  return close < 0 ? end : close
}

function stagesOf(path: string, text: string, args: Variables): Stage[] {
  const stages: (Stage & { lines: Line[] })[] = []
  const global = new Map<string, string>()
  for (const line of linesOf(text)) {
    if (line.instruction === 'FROM') {
      const [, from = '', name = ''] = /^(?:--\S+\s+)*(\S+)(?:\s+as\s+(\S+))?/i.exec(line.rest) ?? []
      const image = interpolate(from, new Map([...global, ...args]))
      stages.push({ name: name.toLowerCase(), from: image, source: `${path}:${line.number}`, lines: [] })
    } else if (stages.length > 0) stages.at(-1)?.lines.push(line)
    else if (line.instruction === 'ARG') for (const [name, value] of pairs(line.rest)) global.set(name, value)
  }
  return stages
}

/** The stage and those it is built on, the oldest first. */
function chainOf(stage: Stage, stages: readonly Stage[]): Stage[] {
  const chain = [stage]
  for (;;) {
    const first = chain[0]
    const under = stages.find(one => one.name !== '' && one.name === first?.from.toLowerCase())
    if (under === undefined || chain.includes(under)) return chain
    chain.unshift(under)
  }
}

function argumentsOf(lines: readonly Line[], args: Variables): Map<string, string> {
  const found = new Map<string, string>()
  for (const line of lines.filter(is('ARG')))
    for (const [name, value] of pairs(line.rest)) found.set(name, args.get(name) ?? value)
  return found
}

/** `A=1 B="2 3"`, and the old `A 1`. */
function pairs(rest: string): [string, string][] {
  const found = [...rest.matchAll(/([A-Za-z_][\w.]*)=("(?:[^"\\]|\\.)*"|'[^']*'|\S*)/g)].map(
    ([, name = '', value = '']): [string, string] => [name, value.replace(/^(["'])(.*)\1$/s, '$2')],
  )
  if (found.length > 0) return found
  const [, name, value = ''] = /^([A-Za-z_]\w*)(?:\s+(.*))?$/s.exec(rest) ?? []
  return name === undefined ? [] : [[name, value.trim()]]
}

function exposedBy(line: Line, path: string): { port: number; source: string }[] {
  return line.rest
    .split(/\s+/)
    .filter(one => !one.endsWith('/udp'))
    .map(one => Number.parseInt(one, 10))
    .filter(port => port > 0 && port < 65536)
    .map(port => ({ port, source: `${path}:${line.number}` }))
}

function commandOf(lines: readonly Line[]): { text: string; line: number } {
  const entrypoint = lines.findLast(is('ENTRYPOINT'))
  const command = lines.findLast(is('CMD'))
  const text = [entrypoint, command].flatMap(line => (line ? [execForm(line.rest)] : [])).join(' ')
  return { text, line: command?.number ?? entrypoint?.number ?? 1 }
}

/** `["node", "server.js"]` as one line. */
function execForm(rest: string): string {
  if (!rest.startsWith('[')) return rest
  return [...rest.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word]) => word).join(' ')
}

function installedBy(line: Line, path: string): { name: string; source: string }[] {
  const installs = line.rest.matchAll(
    /\b(?:apt-get|apt|apk|yum|dnf|microdnf)\s+(?:-\S+\s+)*(?:install|add)\s+([^;&|]+)/g,
  )
  return [...installs].flatMap(([, words = '']) =>
    words
      .split(/\s+/)
      .filter(word => /^[a-z0-9][\w.+-]*([=~<>].*)?$/i.test(word))
      .map(word => ({ name: word.replace(/[=~<>].*$/, '').toLowerCase(), source: `${path}:${line.number}` })),
  )
}

/** COPY and ADD of all stages that the wanted one takes files from. */
function copiesOf(
  chain: readonly Stage[],
  stages: readonly Stage[],
  args: Variables,
): Pick<Dockerfile, 'copies' | 'copiedFrom'> {
  const copies: string[] = []
  const copiedFrom: string[] = []
  const queue = [...chain]
  for (let at = 0; at < queue.length; at++) {
    const stage = queue[at]
    const lines = stage?.lines ?? []
    const variables = argumentsOf(lines, args)
    for (const line of lines.filter(one => one.instruction === 'COPY' || one.instruction === 'ADD')) {
      const rest = interpolate(line.rest, variables)
      const from = /--from=(\S+)/.exec(rest)?.[1]
      if (from === undefined) copies.push(...sourcesOf(rest))
      else {
        const other = stages.find((one, index) => one.name === from.toLowerCase() || String(index) === from)
        copiedFrom.push((other && chainOf(other, stages)[0]?.from) ?? from)
        if (other) queue.push(...chainOf(other, stages).filter(one => !queue.includes(one)))
      }
    }
  }
  return { copies: [...new Set(copies)], copiedFrom }
}

function sourcesOf(rest: string): string[] {
  const words = (rest.startsWith('[') ? execForm(rest) : rest)
    .split(/\s+/)
    .filter(word => !word.startsWith('--'))
  return words.slice(0, -1).filter(word => !/^https?:/.test(word))
}
