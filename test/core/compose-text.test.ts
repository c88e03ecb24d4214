import { describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { composeText } from '../../src/core/compose-text.ts'

const errors = (text: string): number => parseDocument(text).errors.length

describe('the text of a Compose file', () => {
  it.each([
    [
      'a list closed where its key stands',
      'web:\n  command: [ "sh", "-c", "\n      serve --port=8000\n  " ]\n  image: php\n',
    ],
    ['a text closed where its key stands', 'web:\n  command: "sh -c \'\n      serve\n  \'"\n  image: php\n'],
  ])('is read with %s', (_, text) => {
    expect(errors(text)).toBeGreaterThan(0)
    const read = composeText(text)
    expect(errors(read)).toBe(0)
    expect(parseDocument(read).getIn(['web', 'image'])).toBe('php')
    expect(read.split('\n').length).toBe(text.split('\n').length)
  })

  it.each([
    ['valid', 'web:\n  ports: [\n    80\n  ]\n'],
    ['broken in another way', 'web: [\n  a: {\n'],
  ])('is left alone where it is %s', (_, text) => {
    expect(composeText(text)).toBe(text)
  })
})
