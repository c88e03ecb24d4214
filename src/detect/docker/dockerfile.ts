import { posix } from 'node:path'
import { interpolate, type Variables } from '../env.ts'
import { targetsOf } from './build-targets.ts'
import { is, type Line, linesOf } from './dockerfile-lines.ts'
import { argumentsOf, environmentOf, globalsOf } from './dockerfile-variables.ts'

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
  /** Where it works, one after the other; the command starts in the last. */
  readonly workdirs: readonly string[]
  /** System packages that the last stage installs. */
  readonly packages: readonly { readonly name: string; readonly source: string }[]
  /** What is copied from the build context, by any stage that the last one needs. */
  readonly copies: readonly string[]
  /** Of that, what comes into the image itself; all of it where a stage hands on what may be configuration. */
  readonly given: readonly string[]
  /** Where the stages before it have made what it holds, if it holds nothing else. */
  readonly made: readonly string[]
  /** Images and stages that files are copied from. */
  readonly copiedFrom: readonly string[]
  /** Repos that it clones. */
  readonly clones: readonly string[]
  /** What `go build` makes in them, and of which package. */
  readonly programs: readonly GoProgram[]
  /** The projects that it builds of several, by name or folder. */
  readonly targets: readonly string[]
}

interface GoProgram {
  readonly name: string
  readonly main: string
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
  const all = linesOf(text)
  const stages = stagesOf(path, all, args)
  const wanted = stages.find(stage => stage.name === target?.toLowerCase()) ?? stages.at(-1)
  if (wanted === undefined) return undefined
  const chain = chainOf(wanted, stages)
  const lines = chain.flatMap(stage => stage.lines)
  const given = argumentsOf(lines, args, globalsOf(all, args))
  const environment = environmentOf(lines, given)
  const filled = lines.map(line => ({
    ...line,
    rest:
      line.instruction === 'RUN' ? line.rest : interpolate(line.rest, new Map([...given, ...environment])),
  }))
  const origin = emptied(chain, stages)
  const command = commandOf(filled)
  return {
    base: origin === undefined || origin.from === 'scratch' ? undefined : origin.from,
    baseSource: origin?.source ?? path,
    exposed: filled.filter(is('EXPOSE')).flatMap(line => exposedBy(line, path)),
    environment,
    command: command.text,
    commandSource: `${path}:${command.line}`,
    healthcheck: filled.findLast(is('HEALTHCHECK'))?.rest ?? '',
    workdirs: filled.filter(is('WORKDIR')).reduce(entered, []),
    packages: filled.filter(is('RUN')).flatMap(line => installedBy(line, path)),
    made: madeFor(chain, stages),
    ...copiesOf(chain, stages, args),
  }
}

/** `WORKDIR api` is below the one before. */
const entered = (before: readonly string[], { rest }: Line): string[] => [
  ...before,
  posix.join(rest.startsWith('/') ? '/' : (before.at(-1) ?? '/'), rest).replace(/\/$/, ''),
]

function stagesOf(path: string, all: readonly Line[], args: Variables): Stage[] {
  const stages: (Stage & { lines: Line[] })[] = []
  const global = globalsOf(all, args)
  for (const line of all) {
    if (line.instruction === 'FROM') {
      const [, from = '', name = ''] = /^(?:--\S+\s+)*(\S+)(?:\s+as\s+(\S+))?/i.exec(line.rest) ?? []
      const image = interpolate(from, global)
      stages.push({ name: name.toLowerCase(), from: image, source: `${path}:${line.number}`, lines: [] })
    } else stages.at(-1)?.lines.push(line)
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

/** Where a chain begins; one that begins empty and copies all of another stage begins where that does. */
function emptied(chain: readonly Stage[], stages: readonly Stage[]): Stage | undefined {
  const [origin] = chain
  if (origin?.from !== 'scratch') return origin
  const copy = origin.lines.find(
    line => line.instruction === 'COPY' && /--from=\S+\s+\/\s+\/$/.test(line.rest),
  )
  const name = /--from=(\S+)/.exec(copy?.rest ?? '')?.[1]?.toLowerCase()
  const whole = name === undefined ? undefined : stages.find(one => one.name === name)
  return whole ? chainOf(whole, stages)[0] : origin
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

/** COPY, ADD and bind mounts of all stages that the wanted one takes files from. */
function copiesOf(
  chain: readonly Stage[],
  stages: readonly Stage[],
  args: Variables,
): Pick<Dockerfile, 'copies' | 'given' | 'copiedFrom' | 'clones' | 'programs' | 'targets'> {
  const copies: string[] = []
  let own: readonly string[] = []
  let handsOn = false
  const copiedFrom: string[] = []
  const programs: GoProgram[] = []
  const clones: string[] = []
  const targets: string[] = []
  const queue = [...chain]
  for (let at = 0; at < queue.length; at++) {
    const stage = queue[at]
    const lines = stage?.lines ?? []
    const variables = argumentsOf(lines, args)
    const runs = lines.filter(is('RUN')).map(line => interpolate(line.rest.slice(0, LONGEST_RUN), variables))
    programs.push(...runs.flatMap(builtBy))
    targets.push(...runs.flatMap(targetsOf))
    clones.push(...runs.flatMap(run => CLONE.exec(run)?.[1] ?? []))
    copies.push(...runs.flatMap(boundBy))
    for (const line of lines.filter(one => one.instruction === 'COPY' || one.instruction === 'ADD')) {
      const rest = interpolate(line.rest, variables)
      const from = /--from=(\S+)/.exec(rest)?.[1]
      if (from === undefined) copies.push(...sourcesOf(rest))
      else {
        const other = stages.find((one, index) => one.name === from.toLowerCase() || String(index) === from)
        handsOn ||= /\.(conf|template)\b|Caddyfile|\/etc\//.test(rest)
        copiedFrom.push((other && chainOf(other, stages)[0]?.from) ?? from)
        if (other) queue.push(...chainOf(other, stages).filter(one => !queue.includes(one)))
      }
    }
    if (at < chain.length) own = [...copies]
  }
  return {
    copies: [...new Set(copies)],
    given: handsOn ? copies : own,
    copiedFrom,
    clones,
    programs,
    targets,
  }
}

/** What comes from other stages into an image that has nothing else. */
function madeFor(chain: readonly Stage[], stages: readonly Stage[]): string[] {
  const isStage = (name: string): boolean =>
    name !== '' && stages.some((one, index) => one.name === name || String(index) === name)
  const copies = chain
    .flatMap(stage => stage.lines.filter(line => line.instruction === 'COPY' || line.instruction === 'ADD'))
    .map(line => ({ from: /--from=(\S+)/.exec(line.rest)?.[1]?.toLowerCase() ?? '', line }))
  return copies.every(one => isStage(one.from)) ? copies.flatMap(one => sourcesOf(one.line.rest)) : []
}

/** In characters, of one RUN: a longer one was not written by a person. */
const LONGEST_RUN = 10_000
const CLONE = /\bgit clone\s[^;&|]*?((?:https?:\/\/|git@)\S+)/

/** `go build -o /bin/api ./cmd/api`. */
function builtBy(run: string): GoProgram[] {
  return [...run.matchAll(/\bgo build\b([^;&|]*)/g)].map(([, rest = '']) => {
    const output = /\s-o[= ]\s*(\S+)/.exec(rest)?.[1]
    const words = rest
      .replace(/(["']).*?\1/g, '')
      .trim()
      .split(/\s+/)
    const last = words.at(-1) ?? ''
    const main = /^(\.|[\w.-]+\/|[\w-]+\.go$)/.test(last) && last !== output ? last : '.'
    return { name: posix.basename(!output || output.endsWith('/') ? main : output), main }
  })
}

/** `RUN --mount=type=bind,source=src,target=src cargo build`: the whole context where it names no source. */
const boundBy = (rest: string): string[] =>
  [...rest.matchAll(/--mount=(\S*\btype=bind\b\S*)/g)]
    .filter(([, mount = '']) => !/\bfrom=/.test(mount))
    .map(([, mount = '']) => /\b(?:source|src)=([^,\s]+)/.exec(mount)?.[1] ?? '.')

function sourcesOf(rest: string): string[] {
  const words = (rest.startsWith('[') ? execForm(rest) : rest)
    .split(/\s+/)
    .filter(word => !word.startsWith('--'))
  return words.slice(0, -1).filter(word => !/^https?:/.test(word))
}
