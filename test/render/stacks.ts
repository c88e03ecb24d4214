import { parseConfig } from '../../src/core/config/parse.ts'
import { renderTree } from '../../src/core/render/tree.ts'
import { resolveStack } from '../../src/core/resolve.ts'
import type { Stack } from '../../src/core/stack.ts'
import type { RenderedFile } from '../../src/core/tree.ts'
import { loadReceiverTypes, loadRegistry, loadStackTemplates } from '../../src/io/templates.ts'

const registry = loadRegistry('/nowhere')
const types = loadReceiverTypes()
const templates = loadStackTemplates()

/** Everything that rendering and the doctor know of a vigie.yaml. */
export const stackOf = (text: string): Stack => resolveStack(parseConfig(text), registry, types)

/** The tree of a vigie.yaml, by path. */
export function renderConfig(text: string): Map<string, string> {
  return new Map(renderTree(stackOf(text), templates).map((file: RenderedFile) => [file.path, file.text]))
}

/** A vigie.yaml from data: JSON is YAML. */
export const configOf = (data: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ version: 1, project: 'shop', ...data }, null, 2)

export const kinds = registry.kinds()

/** One of everything, as a real repo has it. */
export const SHOP_SERVICES = {
  db: {
    kind: 'postgres',
    address: 'db:5432',
    networks: ['backend'],
    credentials: { user: 'shop', password: 'secret:db_password', database: 'shop' },
  },
  cache: {
    kind: 'redis',
    address: 'cache:6379',
    networks: ['backend'],
    credentials: { password: 'file:cache_password' },
  },
  proxy: { kind: 'nginx', address: 'proxy:8081', networks: ['frontend'] },
  api: {
    kind: 'express',
    address: 'api:3000',
    networks: ['frontend', 'backend'],
    replicas: 2,
    websocket: true,
  },
  worker: { kind: 'http', address: 'worker:8080', metricsPath: '/internal/metrics' },
} as const
