import { readFileSync } from 'node:fs'
import { parse as read } from 'valibot'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { RequestRow } from '../src/core/requests/row.ts'
import { configOf, renderConfig } from './render/stacks.ts'

const docs = readFileSync(new URL('../docs/applications.md', import.meta.url), 'utf8')
const blocks = [...docs.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text)

test('every YAML block of docs/applications.md is a vigie.yaml that renders', () => {
  expect(blocks.length).toBeGreaterThan(6)
  for (const block of blocks) {
    const given = parse(block) as { services?: Record<string, { push?: boolean }> }
    const files = renderConfig(configOf(given))
    for (const [name, { push }] of Object.entries(given.services ?? {}))
      if (push !== true) expect([...files.keys()], block).toContain(`prometheus/scrape/${name}.yml`)
  }
})

test('the names of WebSocket metrics are those that are read without a map', () => {
  const { websocket } = read(RequestRow, { count: 'requests_total' })
  for (const name of Object.values(websocket)) expect(docs).toContain(`| \`${name}\` |`)
})
