import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { SCHEMA_FILE, schemaText, writeSchema } from '../scripts/schema.ts'

test('the JSON Schema is what the config schema says (UPDATE_SCHEMA=1 writes it)', () => {
  if (process.env.UPDATE_SCHEMA === '1') writeSchema()
  expect(existsSync(SCHEMA_FILE)).toBe(true)
  expect(readFileSync(SCHEMA_FILE, 'utf8')).toBe(schemaText())
})

test('it knows every key of the top level and refuses others', () => {
  const schema: { properties: object; additionalProperties: boolean } = JSON.parse(schemaText())
  expect(Object.keys(schema.properties)).toEqual(
    expect.arrayContaining(['version', 'project', 'output', 'stack', 'services', 'alerts']),
  )
  expect(schema.additionalProperties).toBe(false)
})
