import { expect, it } from 'vitest'
import { parseConfig } from '../../src/core/config/parse.ts'
import { renderRunbook } from '../../src/core/render/runbook.ts'
import { resolveStack } from '../../src/core/resolve.ts'
import { loadReceiverTypes, loadRegistry } from '../../src/io/templates.ts'

const config = 'version: 1\nproject: shop\noutput: ops/watch\nstack: { prometheus: { port: 19090 } }\n'
const stackOf = (text: string) => resolveStack(parseConfig(text), loadRegistry('.'), loadReceiverTypes())
const stack = stackOf(config)

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

const own = 'docker compose -f ops/watch/compose.yaml -f ops/watch/compose.override.yaml'
it.each([
  ['docker compose exec db psql', 'docker compose exec db psql'],
  ['docker compose ps', 'docker compose ps'],
  ['docker compose logs --tail 50 prometheus', `${own} logs --tail 50 prometheus`],
  [
    'docker compose run --rm --user 0 --entrypoint chown alertmanager -R 1 /x',
    `${own} run --rm --user 0 --entrypoint chown alertmanager -R 1 /x`,
  ],
  ['`docker compose exec -T db-exporter sh`', `\`${own} exec -T db-exporter sh\``],
  [
    'docker compose exec db wget http://prometheus:9090',
    'docker compose exec db wget http://prometheus:9090',
  ],
])('a runbook that says "%s" says "%s" where the stack is a project of its own', (written, rendered) => {
  expect(renderRunbook(written, stackOf(`${config}attach: external\n`))).toBe(rendered)
})

it('names the Compose file where Compose would not find it', () => {
  const elsewhere = stackOf(`${config}compose: deploy/compose.yaml\n`)
  expect(renderRunbook('docker compose logs prometheus', elsewhere)).toBe(
    'docker compose -f deploy/compose.yaml logs prometheus',
  )
})
