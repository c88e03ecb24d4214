import { plain, reshape, shapeOf } from './merge/eol.ts'

const STACK_TARGETS =
  /^(?:[^\s:=#]+ +)*(?:up|down|logs|status|reload|validate|doctor)(?: +[^\s:=#]+)* *:(?!:?=)/m

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
  const left = below === '' ? above.replace(/\n\n$/, '\n') : above
  return reshape(left + below, shapeOf(text))
}

function findInclude(body: string, path: string): { start: number; end: number } | undefined {
  for (const match of body.matchAll(/^[ ]*[-s]?include[ \t]+([^\n#]*?)[ \t\r]*(?:#[^\n]*)?\n/gm)) {
    if (match[1] === path) return { start: match.index, end: match.index + match[0].length }
  }
  return undefined
}
