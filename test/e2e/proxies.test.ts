import { it } from 'vitest'
import {
  describeServices,
  expectPanelsFilled,
  expectRulesHealthy,
  expectTargetsUp,
  setupBlock,
} from './service-stack.ts'

const IMAGES = [
  'nginx:1.27-alpine',
  'nginx/nginx-prometheus-exporter:1.5.3',
  'httpd:2.4',
  'lusotycoon/apache-exporter:v1.1.1',
  'haproxy:3.4-alpine',
  'caddy:2.11',
  'prom/blackbox-exporter:v0.28.0',
  'busybox:1.37',
]

const COMPOSE = `services:
  pages:
    image: httpd:2.4
    command: ["sh", "-c", "echo 'Include conf/extra/vigie-status.conf' >> conf/httpd.conf && exec httpd-foreground"]
    volumes: ["./vigie-status-apache.conf:/usr/local/apache2/conf/extra/vigie-status.conf:ro"]
  front:
    image: nginx:1.27-alpine
    volumes: ["./vigie-status-nginx.conf:/etc/nginx/conf.d/vigie-status.conf:ro"]
  balancer:
    image: haproxy:3.4-alpine
    volumes: ["./haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg:ro"]
    depends_on: [pages]
  edge:
    image: caddy:2.11
    volumes: ["./Caddyfile:/etc/caddy/Caddyfile:ro"]
  visitor:
    image: busybox:1.37
    command: ["sh", "-c", "while true; do for host in pages front balancer:8080 edge; do wget -qO- http://$$host/ >/dev/null; done; sleep 0.3; done"]
    init: true
`
const SERVICES = `  pages: { kind: apache, address: "pages:80" }
  front: { kind: nginx, address: "front:80" }
  balancer: { kind: haproxy, address: "balancer:8080" }
  edge: { kind: caddy, address: "edge:80" }
probes:
  page: { http: "http://pages/", contains: "It works!" }
  port: { tcp: "front:80" }
  host: { icmp: pages }
  names: { dns: "127.0.0.11", query: pages }
`
const FILES = {
  'vigie-status-apache.conf': setupBlock('apache', 'apache'),
  'vigie-status-nginx.conf': setupBlock('nginx', 'nginx'),
  'haproxy.cfg': `defaults
    mode http
    timeout connect 1s
    timeout client 10s
    timeout server 10s
frontend web
    bind :8080
    default_backend pages
backend pages
    server pages pages:80 check inter 1s
${setupBlock('haproxy', 'haproxy')}`,
  Caddyfile: `${setupBlock('caddy', 'caddyfile')}
:80 {
    reverse_proxy pages:80 {
        health_uri /
        health_interval 1s
    }
}
`,
}

/** Alerts are asked for by their expression: their `for` is what the unit tests of the rules wait for. */
describeServices(
  'web servers, proxies and probes',
  {
    project: 'vigie-e2e-proxies',
    port: 21420,
    compose: COMPOSE,
    services: SERVICES,
    files: FILES,
    images: IMAGES,
  },
  stack => {
    it('reads all of them once they are set up as their kinds say', async () => {
      await expectTargetsUp(stack, ['pages', 'front', 'balancer', 'edge', 'page', 'port', 'host', 'names'])
      await expectRulesHealthy(stack, /^(Apache|Nginx|Haproxy|Caddy|Probe)/)
    })

    it('fills every panel', async () => {
      await expectPanelsFilled(stack, ['Apache', 'nginx', 'HAProxy', 'Caddy', 'Probes'])
    })

    it('tells a dead web server from the proxies in front of it, and sees it from outside', async () => {
      stack.compose('stop', '-t', '2', 'pages')
      await stack.fires('ApacheDown', { service: 'pages' })
      await stack.fires('HaproxyBackendDown', { service: 'balancer', proxy: 'pages' })
      await stack.fires('HaproxyServerDown', { service: 'balancer', server: 'pages' })
      await stack.fires('CaddyUpstreamDown', { service: 'edge', upstream: 'pages:80' })
      await stack.fires('CaddyErrorsHigh', { service: 'edge' })
      for (const service of ['page', 'host', 'names']) await stack.fires('ProbeDown', { service })
    })

    it('notices a proxy that is gone', async () => {
      stack.compose('stop', '-t', '2', 'front', 'balancer')
      await stack.fires('NginxDown', { service: 'front' })
      await stack.fires('ProbeDown', { service: 'port' })
      await stack.fires('TargetDown', { service: 'balancer' })
    })
  },
)
