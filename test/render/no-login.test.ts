import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { loadRegistry } from '../../src/io/templates.ts'
import { configOf, renderConfig } from './stacks.ts'

const exporters = loadRegistry('/nowhere')
  .all()
  .filter(module => module.manifest.endpoint.exporter !== undefined && module.manifest.port !== undefined)

/** Detection finds no login where a Dockerfile or an .env out of the repo sets it; the stack has to be valid even so. */
describe.each(exporters.map(module => [module.id, module.manifest.port]))(
  '%s without a login',
  (kind, port) => {
    it('leaves no key of its exporter empty', () => {
      const files = renderConfig(configOf({ services: { store: { kind, address: `store:${port}` } } }))
      const compose: { services: Record<string, Record<string, unknown>> } = parse(
        files.get('compose.yaml') ?? '',
      )
      const exporter = Object.entries(compose.services['store-exporter'] ?? {})
      expect(exporter.length).toBeGreaterThan(3)
      expect(exporter.filter(([, value]) => value === null)).toEqual([])
    })
  },
)
