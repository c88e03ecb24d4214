import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setupBlock } from '../../test/e2e/service-stack.ts'
import { clear, edit, observe, type Site } from '../../test/e2e/stack.ts'

/** What has to be in the engine, or to be had from a registry. */
export const IMAGES = [
  ...readFileSync(join(import.meta.dirname, 'app/compose.yaml'), 'utf8').matchAll(/image: (\S+)/g),
].map(([, image = '']) => image)

const PROJECT = 'bazaar'
const PORTS = { prometheus: 23500, grafana: 23501, alertmanager: 23502, cadvisor: 23503, nodeExporter: 23509 }

/** The repo under `app/` with the stack that `vigie init --yes` makes of it: what the setups ask for is done, what no detection can find is added. */
export async function observeBazaar(): Promise<Site> {
  clear(PROJECT)
  const root = join(mkdtempSync(join(tmpdir(), 'vigie-bench-')), PROJECT)
  cpSync(join(import.meta.dirname, 'app'), root, { recursive: true })
  const site = await observe(root, PORTS, ['--alerts', 'none'], { config: answered })
  switchOn(root)
  site.vigie('add', '--yes', 'jmx', 'billing', '--address', 'billing:9404')
  for (const kind of ['pushgateway', 'statsd', 'graphite']) site.vigie('add', '--yes', kind)
  site.compose('up', '-d')
  return site
}

export const clearBazaar = (): void => clear(PROJECT)

/** PgBouncer's own user, and what is looked at from outside; all else stays as `vigie init` wrote it. */
function answered(text: string): string {
  return `${text
    .replace(
      /(\{ kind: pgbouncer.*) \}/,
      '$1, credentials: { user: vigie, password: "file:pool_monitoring" } }',
    )
    .replace(/(prometheus: \{ port: \d+)/, '$1, scrapeInterval: 5s')
    .trimEnd()}

probes:
  shop: { http: "http://edge/", contains: done }
  orders-port: { tcp: "pool:6432", networks: [backend] }
  names: { dns: "127.0.0.11", query: edge }
  host: { icmp: legacy }
`
}

/** What the setup of each kind tells people to do, done to the letter. */
function switchOn(root: string): void {
  const at = (file: string): string => join(root, file)
  mkdirSync(at('legacy'))
  writeFileSync(at('web/vigie-status.conf'), setupBlock('nginx', 'nginx'))
  writeFileSync(at('legacy/vigie-status.conf'), setupBlock('apache', 'apache'))
  writeFileSync(at('php/zz-vigie.conf'), setupBlock('php-fpm', 'ini'))
  writeFileSync(at('queue/enabled_plugins'), '[rabbitmq_management,rabbitmq_stomp,rabbitmq_prometheus].\n')
  writeFileSync(at('billing/agent.yaml'), setupBlock('jmx', 'yaml'))
  appendFileSync(at('balancer/haproxy.cfg'), setupBlock('haproxy', 'haproxy'))
  writeFileSync(
    at('edge/Caddyfile'),
    setupBlock('caddy', 'caddyfile') + readFileSync(at('edge/Caddyfile'), 'utf8'),
  )
  appendFileSync(at('pool/pgbouncer.ini'), setupBlock('pgbouncer', 'ini'))
  appendFileSync(at('pool/users.txt'), '"vigie" "look-only"\n')
  writeFileSync(at('monitoring/secrets/pool_monitoring'), 'look-only')
  edit(at('compose.yaml'), text =>
    text
      .replace(
        'image: httpd:2.4\n',
        `image: httpd:2.4\n    ${mounted('legacy', '/usr/local/apache2/conf/extra')}\n    ${INCLUDED}\n`,
      )
      .replace(
        '["./php/index.php',
        '["./php/zz-vigie.conf:/usr/local/etc/php-fpm.d/zz-vigie.conf:ro", "./php/index.php',
      )
      .replace('"/tmp/jetstream"]', '"/tmp/jetstream", "-m", "8222"]')
      .replace(
        '"/app/Billing.java"]',
        `"/app/Billing.java"]\n    environment: { JAVA_TOOL_OPTIONS: "${AGENT}" }`,
      ),
  )
}

const AGENT = '-javaagent:/opt/jmx/agent.jar=9404:/app/agent.yaml'
const INCLUDED = `command: ["sh", "-c", "echo 'Include conf/extra/vigie-status.conf' >> conf/httpd.conf && exec httpd-foreground"]`
const mounted = (service: string, folder: string): string =>
  `volumes: ["./${service}/vigie-status.conf:${folder}/vigie-status.conf:ro"]`
