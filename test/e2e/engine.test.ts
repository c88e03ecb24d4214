import { it } from 'vitest'
import { describeServices, expectPanelsFilled, expectRulesHealthy, expectTargetsUp } from './service-stack.ts'

const IMAGES = ['vigie-e2e/engine', 'busybox:1.37', 'prom/graphite-exporter:v0.17.0']

/** An engine of its own, so that nobody's is restarted, and a sender that speaks Graphite's protocol. */
const COMPOSE = `services:
  engine:
    image: vigie-e2e/engine
    privileged: true
    volumes: [inner:/var/lib/docker, "./daemon.json:/etc/docker/daemon.json:ro"]
    command: ["sh", "-c", "rm -f /var/run/docker.pid; exec dockerd"]
  sender:
    image: busybox:1.37
    command: ["sh", "-c", "while sleep 1; do echo \\"shop.orders;shop=berlin 3 $$(date +%s)\\" | nc -w 1 graphite-exporter 9109; done"]
    init: true
volumes: { inner: {} }
`
const SERVICES = `  docker: { kind: docker, address: "engine:9323" }
  graphite: { kind: graphite, address: "graphite-exporter:9109" }
`
const FILES = {
  'daemon.json': '{ "metrics-addr": "0.0.0.0:9323" }\n',
}

/** Alerts are asked for by their expression: their `for` is what the unit tests of the rules wait for. */
describeServices(
  'A Docker engine and Graphite',
  {
    project: 'vigie-e2e-engine',
    port: 21470,
    compose: COMPOSE,
    services: SERVICES,
    files: FILES,
    images: IMAGES,
  },
  stack => {
    it('reads both', async () => {
      await expectTargetsUp(stack, ['docker', 'graphite'])
      await expectRulesHealthy(stack, /^(Docker|Graphite)/)
      await expectPanelsFilled(stack, ['Docker Engine', 'Graphite'])
    })

    it('sees tags that cannot be read', async () => {
      const broken =
        'for n in $(seq 20); do echo "shop.orders;shop 3 $(date +%s)" | nc -w 1 graphite-exporter 9109; sleep 1; done'
      stack.exec('sender', 'sh', '-c', broken)
      await stack.fires('GraphiteTagsInvalid', { service: 'graphite' })
    })

    it('sees a container that fails its health check, and one that starts over and over', async () => {
      const inside =
        'until docker info >/dev/null 2>&1; do sleep 1; done; tar -C /standin -c . | docker import - standin && docker run -d --network none --health-cmd false --health-interval 1s standin /busybox sleep 600 && docker run -d --network none --restart always standin /busybox true'
      stack.exec('engine', 'sh', '-c', inside)
      await stack.fires('DockerHealthChecksFailing', { service: 'docker' })
      await stack.fires('DockerRestartLoop', { service: 'docker' })
    })

    it('notices an engine that is gone', async () => {
      stack.compose('kill', 'engine')
      await stack.fires('TargetDown', { service: 'docker' })
    })
  },
)
