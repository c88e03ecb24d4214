import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseConfig } from '../../src/core/config/parse.ts'
import { Registry } from '../../src/core/modules/registry.ts'
import { renderTree } from '../../src/core/render/tree.ts'
import { resolveStack } from '../../src/core/resolve.ts'
import type { RenderedFile } from '../../src/core/tree.ts'
import { readTemplates, type Templates, writeTemplates } from '../../src/io/built-templates.ts'
import { compileTemplates } from '../../src/io/template-sources.ts'
import { configOf, SHOP_SERVICES } from './stacks.ts'

const folder = mkdtempSync(join(tmpdir(), 'vigie-built-'))
const sources = compileTemplates(fileURLToPath(new URL('../../templates/', import.meta.url)))
beforeAll(() => writeTemplates(folder, sources))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function render(templates: Templates, config: string): RenderedFile[] {
  const types = new Map(Object.entries(templates.receivers))
  return renderTree(
    resolveStack(parseConfig(config), new Registry([templates.modules]), types),
    templates.stack,
  )
}

it('holds every module', () => {
  const built = readTemplates(folder).modules
  expect(built.ids).toEqual(sources.modules.ids)
  for (const id of built.ids) {
    expect(built.manifest(id)).toEqual(sources.modules.manifest(id))
    expect(built.content(id)).toEqual(sources.modules.content(id))
  }
})

it.each([
  { services: SHOP_SERVICES },
  {
    services: { api: SHOP_SERVICES.api },
    metrics: 'full',
    attach: 'external',
    runbooks: 'https://example.com/$1$&/runbooks',
    alerts: { receivers: [{ slack: { channel: '#ops' } }], deadManSwitch: { urlFile: 'heartbeat' } },
  },
])('gives the same tree as the sources', config => {
  expect(render(readTemplates(folder), configOf(config))).toEqual(render(sources, configOf(config)))
})
