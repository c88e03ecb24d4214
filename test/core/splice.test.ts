import { describe, expect, it } from 'vitest'
import { includeInMakefile, removeFromMakefile } from '../../src/core/makefile.ts'
import { appendInYaml, removeFromYaml, removeItemFromYaml, setInYaml } from '../../src/core/splice.ts'

const COMPOSE = `# the shop
services:
    db:   # main
        image: 'postgres:16'


    web: { image: nginx, ports: ["80:80"] }
volumes: {}
`
const INCLUDE = { path: ['monitoring/compose.yaml', 'monitoring/compose.override.yaml'] }
const shapes: [string, (text: string) => string][] = [
  ['as it is', text => text],
  ['CRLF', text => text.replaceAll('\n', '\r\n')],
  ['BOM', text => `\uFEFF${text}`],
  ['no last newline', text => text.slice(0, -1)],
  ['all three', text => `\uFEFF${text.slice(0, -1).replaceAll('\n', '\r\n')}`],
]

describe('the include in compose.yaml', () => {
  it.each(shapes)('is added and removed without a trace (%s)', (_name, shape) => {
    const before = shape(COMPOSE)
    const after = appendInYaml('compose.yaml', before, ['include'], INCLUDE)
    const lines =
      'include:\n  - path:\n      - monitoring/compose.yaml\n      - monitoring/compose.override.yaml\n'
    expect(after).toBe(shape(COMPOSE + lines))
    expect(appendInYaml('compose.yaml', after, ['include'], INCLUDE)).toBe(after)
    expect(removeItemFromYaml('compose.yaml', after, ['include'], INCLUDE)).toBe(before)
  })

  it.each([
    ['a block list', 'include:\n- a.yaml # theirs\n', 'include:\n- a.yaml # theirs\n- b.yaml\n'],
    ['a flow list', 'include: [a.yaml]\n', 'include: [a.yaml, b.yaml]\n'],
    ['an empty list', 'include: []\nx: 1\n', 'include:\n  - b.yaml\nx: 1\n'],
    ['an empty key', 'include: # here\nx: 1\n', 'include: # here\n  - b.yaml\nx: 1\n'],
    ['an empty file', '', 'include:\n  - b.yaml\n'],
    ['only comments', '# nothing yet\n', '# nothing yet\ninclude:\n  - b.yaml\n'],
    ['a document start', '---\na: 1\n', '---\na: 1\ninclude:\n  - b.yaml\n'],
    ['a document end', 'a: 1\n...\n', 'a: 1\ninclude:\n  - b.yaml\n...\n'],
    ['a comment at the end', 'a: 1\n\n# end\n', 'a: 1\ninclude:\n  - b.yaml\n\n# end\n'],
  ])('goes into %s', (_name, before, after) => {
    expect(appendInYaml('compose.yaml', before, ['include'], 'b.yaml')).toBe(after)
  })

  it.each([
    ['two documents', 'a: 1\n---\nb: 1\n'],
    ['a string in its place', 'include: x\n'],
    ['a list for a file', '- 1\n'],
  ])('is refused for %s', (_name, text) => {
    expect(() => appendInYaml('compose.yaml', text, ['include'], 'b.yaml')).toThrow(
      /Cannot edit compose.yaml safely/,
    )
  })

  it.each([
    ['a: [1\n', 2, 1],
    ['a:\r\n\tb: 1\r\n', 2, 1],
  ])('is refused at the place where %j does not parse', (text, line, column) => {
    const at = { file: 'compose.yaml', line, column }
    expect(() => appendInYaml('compose.yaml', text, ['include'], 'b.yaml')).toThrow(
      expect.objectContaining({ at, message: expect.stringMatching(/^This is not valid YAML: /) }),
    )
  })
})

const VIGIE = `version: 1
services:
  # the database
  db:    { kind: postgres, address: db:5432 }   # aligned
  cache: { kind: redis, address: cache:6379 }

alerts: {}
`

describe('services in vigie.yaml', () => {
  it('adds a service and takes it out again', () => {
    const value = { yaml: '{ kind: mongodb, address: "mongo:27017" }' }
    const after = setInYaml('vigie.yaml', VIGIE, ['services', 'mongo'], value)
    expect(after).toBe(
      VIGIE.replace('6379 }\n', '6379 }\n  mongo: { kind: mongodb, address: "mongo:27017" }\n'),
    )
    expect(removeFromYaml('vigie.yaml', after, ['services', 'mongo'])).toBe(VIGIE)
  })

  it('removes one with the comments that belong to it', () => {
    const after = removeFromYaml('vigie.yaml', VIGIE, ['services', 'db'])
    expect(after).toBe(VIGIE.replace(/ {2}# the database\n.*\n/, ''))
  })

  it('removes the last one, leaving an empty map', () => {
    const one = 'services:\n  a:\n    kind: redis\nx: 1\n'
    expect(removeFromYaml('v', one, ['services', 'a'])).toBe('services: {}\nx: 1\n')
    const back = setInYaml('v', 'services: {}\nx: 1\n', ['services', 'a'], { kind: 'redis' })
    expect(back).toBe(one)
  })

  it('creates parents, sets scalars and keeps the quotes around them', () => {
    expect(setInYaml('v', 'a: 1\n', ['b', 'c'], 2)).toBe('a: 1\nb:\n  c: 2\n')
    expect(setInYaml('v', "a: 'x' # why\n", ['a'], 'y')).toBe("a: 'y' # why\n")
    expect(setInYaml('v', 'a: {b: 1}\n', ['a', 'c'], 'x,y')).toBe('a: {b: 1, c: "x,y"}\n')
    expect(setInYaml('v', 'a: 1\n', ['a'], 1)).toBe('a: 1\n')
  })

  it('leaves the file alone when there is nothing to remove', () => {
    expect(removeFromYaml('v', VIGIE, ['services', 'nope', 'deeper'])).toBe(VIGIE)
  })
})

describe('the include in the Makefile', () => {
  it.each(shapes)('is added and removed without a trace (%s)', (_name, shape) => {
    const before = shape('all:\n\techo hi\n')
    const after = includeInMakefile(before, 'monitoring/vigie.mk')
    expect(after).toBe(shape('all:\n\techo hi\n\ninclude monitoring/vigie.mk\n'))
    expect(includeInMakefile(after, 'monitoring/vigie.mk')).toBe(after)
    expect(removeFromMakefile(after, 'monitoring/vigie.mk')).toBe(before)
  })

  it('finds a line the user moved or softened', () => {
    const text = '-include monitoring/vigie.mk # metrics\nall:\n'
    expect(includeInMakefile(text, 'monitoring/vigie.mk')).toBe(text)
    expect(removeFromMakefile(text, 'monitoring/vigie.mk')).toBe('all:\n')
  })

  it.each([
    ['include a.mk monitoring/vigie.mk\n', 'include a.mk\n'],
    ['-include ./monitoring/vigie.mk  a.mk # both\nall:\n', '-include  a.mk # both\nall:\n'],
  ])('finds it beside others: %j', (text, left) => {
    expect(includeInMakefile(text, 'monitoring/vigie.mk')).toBe(text)
    expect(removeFromMakefile(text, 'monitoring/vigie.mk')).toBe(left)
  })
})
