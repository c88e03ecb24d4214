import { writeFileSync } from 'node:fs'
import { toJsonSchema } from '@valibot/to-json-schema'
import { ConfigSchema } from '../src/core/config/schema.ts'

/** Where the JSON Schema of vigie.yaml is kept; editors read it from the package. */
export const SCHEMA_FILE = new URL('../schema/vigie.schema.json', import.meta.url)

/** The JSON Schema of vigie.yaml, from the schema that reads it. What JSON Schema cannot say is left to vigie. */
export function schemaText(): string {
  const schema = toJsonSchema(ConfigSchema, { errorMode: 'ignore', typeMode: 'input' })
  return `${JSON.stringify({ ...schema, title: 'vigie.yaml', description: 'What vigie watches in this repo.' }, null, 2)}\n`
}

export const writeSchema = (): void => writeFileSync(SCHEMA_FILE, schemaText())
