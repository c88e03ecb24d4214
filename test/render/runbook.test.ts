import { expect, it } from 'vitest'
import { parseConfig } from '../../src/core/config/parse.ts'
import { renderRunbook } from '../../src/core/render/runbook.ts'
import { resolveStack } from '../../src/core/resolve.ts'
import { loadReceiverTypes, loadRegistry } from '../../src/io/templates.ts'

const config = 'version: 1\nproject: shop\noutput: ops/watch\nstack: { prometheus: { port: 19090 } }\n'
const stack = resolveStack(parseConfig(config), loadRegistry('.'), loadReceiverTypes())

it.each([
  ['ls monitoring/secrets/', 'ls ops/watch/secrets/'],
  ['in `monitoring/README.md`', 'in `ops/watch/README.md`'],
  ['/srv/monitoring/x and a monitoring stack', '/srv/monitoring/x and a monitoring stack'],
  ['curl http://localhost:9090/rules', 'curl http://localhost:19090/rules'],
  ['curl http://localhost:9093/rules', 'curl http://localhost:9093/rules'],
  ['curl http://localhost:90901/', 'curl http://localhost:90901/'],
  [
    'docker compose exec prometheus wget http://localhost:9090/',
    'docker compose exec prometheus wget http://localhost:9090/',
  ],
])('a runbook that says "%s" says "%s" in this stack', (written, rendered) => {
  expect(renderRunbook(written, stack)).toBe(rendered)
})
