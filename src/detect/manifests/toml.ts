import { parse, TomlError } from 'smol-toml'
import { type Fields, fields } from '../record.ts'

/** @throws Error with the line of the mistake */
export function parseToml(text: string): Fields {
  try {
    return fields(parse(text))
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    throw Object.assign(new Error(error.message.split('\n')[0]), { line: error.line, column: error.column })
  }
}
