import { plain, reshape, shapeOf } from './merge/eol.ts'

const STACK_TARGETS =
  /^(?:[^\s:=#]+ +)*(?:up|down|logs|status|reload|validate|doctor)(?: +[^\s:=#]+)* *:(?!:?=)/m

/** What GNU make looks for, in its order: it reads the first that is there. */
export const MAKEFILES: readonly string[] = ['GNUmakefile', 'makefile', 'Makefile']

/** A Makefile with targets of these names keeps them: the stack's are then reached by `make -f monitoring/vigie.mk up`. */
export function hasStackTargets(text: string): boolean {
  return STACK_TARGETS.test(plain(text))
}

/** Takes a Makefile and the path of another; returns it with `include path` as its last line, unless it is there. */
export function includeInMakefile(text: string, path: string): string {
  if (findInclude(plain(text), path) !== undefined) return text
  const body = plain(text)
  const gap = body === '' || body.endsWith('\n\n') ? '' : '\n'
  const shape = shapeOf(text)
  return reshape(`${body}${gap}include ${path}\n`, {
    ...shape,
    finalNewline: text === '' || shape.finalNewline,
  })
}

/** The inverse: takes the line out, and the blank line above it that came with it at the end of the file. */
export function removeFromMakefile(text: string, path: string): string {
  const body = plain(text)
  const found = findInclude(body, path)
  if (found === undefined) return text
  const above = body.slice(0, found.start)
  const below = body.slice(found.end)
  const others = found.files.length > 1 ? withoutFile(body.slice(found.start, found.end), path) : ''
  const left = others === '' && below === '' ? above.replace(/\n\n$/, '\n') : above
  return reshape(left + others + below, shapeOf(text))
}

/** Takes a Makefile, returns what it includes, in the order of its lines. */
export function includedInMakefile(text: string): string[] {
  return includesOf(plain(text)).flatMap(include => include.files)
}

/** A line `include a.mk b.mk`, and the files on it. */
interface Include {
  readonly start: number
  readonly end: number
  readonly files: readonly string[]
}

function findInclude(body: string, path: string): Include | undefined {
  return includesOf(body).find(include => include.files.includes(path))
}

function includesOf(body: string): Include[] {
  const lines = body.matchAll(/^[ ]*[-s]?include[ \t]+([^\n#]*?)[ \t\r]*(?:#[^\n]*)?\n/gm)
  return [...lines].map(({ index, 0: line, 1: files = '' }) => ({
    start: index,
    end: index + line.length,
    files: files.split(/[ \t]+/).map(fileOf),
  }))
}

const fileOf = (word: string): string => word.trim().replace(/^(?:\.\/+)+/, '')

function withoutFile(line: string, path: string): string {
  const words = line.trimEnd().split(/(?=[ \t]+[^ \t])/)
  return `${words.filter(word => fileOf(word) !== path).join('')}\n`
}
