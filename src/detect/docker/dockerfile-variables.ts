import { interpolate, type Variables } from '../env.ts'
import { is, type Line } from './dockerfile-lines.ts'

/** What ARG says before the first stage; the build's own arguments come before that. */
export function globalsOf(all: readonly Line[], args: Variables): Map<string, string> {
  const end = all.findIndex(is('FROM'))
  return new Map([...args, ...argumentsOf(all.slice(0, Math.max(0, end)), args)])
}

/** What ARG says; `ARG NAME` alone takes what stands before the first stage. */
export function argumentsOf(
  lines: readonly Line[],
  args: Variables,
  outer: Variables = new Map(),
): Map<string, string> {
  const found = new Map<string, string>()
  for (const line of lines.filter(is('ARG')))
    for (const [name, value] of pairs(line.rest))
      found.set(name, args.get(name) ?? (value === '' ? outer.get(name) : undefined) ?? grown(value, found))
  return found
}

/** What ENV says, with the arguments filled in. */
export function environmentOf(lines: readonly Line[], given: Variables): Map<string, string> {
  const found = new Map<string, string>()
  for (const line of lines.filter(is('ENV'))) {
    const known = new Map([...given, ...found])
    for (const [name, value] of pairs(line.rest)) found.set(name, grown(value, known))
  }
  return found
}

const LONGEST = 10_000

/** A value with what is known filled in, unless it grows without end. */
function grown(value: string, known: Variables): string {
  const filled = interpolate(value, known)
  return filled.length > LONGEST ? value : filled
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
