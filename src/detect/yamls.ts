import { parseAllDocuments } from 'yaml'

/** More aliases than these were not written by a person. */
const MOST_ALIASES = 100
const LARGEST = 200_000
/** The parser takes long for brackets in brackets, and for indents in indents. */
const NESTED = /[[{]{50}|^ {200}|^(?:- ){50}/m

/** The documents of a YAML file that nobody promises to be well made: those that can be read. */
export function yamlsIn(text: string): unknown[] {
  if (text.length > LARGEST || NESTED.test(text)) return []
  try {
    return parseAllDocuments(text, { logLevel: 'silent', prettyErrors: false })
      .filter(document => document.errors.length === 0)
      .map(document => document.toJS({ maxAliasCount: MOST_ALIASES }))
  } catch {
    return []
  }
}
