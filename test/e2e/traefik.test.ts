import { it } from 'vitest'
import {
  describeServices,
  expectPanelsFilled,
  expectRulesHealthy,
  expectTargetsUp,
  setupBlock,
} from './service-stack.ts'

const IMAGES = ['traefik:v3.6.12', 'nginx:1.27-alpine', 'busybox:1.37']

const COMPOSE = `services:
  edge:
    image: traefik:v3.6.12
${setupBlock('traefik', 'yaml').replaceAll(/^/gm, '    ').trimEnd()}
      - --entryPoints.web.address=:80
      - --providers.file.filename=/routes.yml
    volumes: ["./routes.yml:/routes.yml:ro"]
  pages:
    image: nginx:1.27-alpine
  visitor:
    image: busybox:1.37
    command: ["sh", "-c", "while sleep 0.3; do wget -qO- http://edge/ >/dev/null; done"]
    init: true
`
const FILES = {
  'routes.yml': `http:
  routers:
    all: { rule: "PathPrefix(\`/\`)", service: pages, entryPoints: [web] }
  services:
    pages:
      loadBalancer:
        servers: [{ url: "http://pages" }]
        healthCheck: { path: /, interval: 1s }
`,
}

describeServices(
  'Traefik',
  {
    project: 'vigie-e2e-traefik',
    port: 21480,
    compose: COMPOSE,
    services: '  edge: { kind: traefik, address: "edge:80" }\n',
    files: FILES,
    images: IMAGES,
  },
  stack => {
    it('reads it once it is set up as its kind says', async () => {
      await expectTargetsUp(stack, ['edge'])
      await expectRulesHealthy(stack, /^Traefik/)
      await expectPanelsFilled(stack, ['Traefik'])
    })

    it('sees a server fail its health check, and its visitors get errors', async () => {
      stack.compose('stop', '-t', '2', 'pages')
      await stack.fires('TraefikServerDown', { service: 'edge', backend: 'pages@file' })
      await stack.fires('TraefikEntrypointErrorsHigh', { service: 'edge', entrypoint: 'web' })
    })

    it('notices a proxy that is gone', async () => {
      stack.compose('stop', '-t', '2', 'edge')
      await stack.fires('TargetDown', { service: 'edge' })
    })
  },
)
