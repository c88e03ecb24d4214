import { it } from 'vitest'
import {
  describeServices,
  expectPanelsFilled,
  expectRulesHealthy,
  expectTargetsUp,
  setupBlock,
} from './service-stack.ts'

const IMAGES = ['php:8.4-fpm-alpine', 'hipages/php-fpm_exporter:2.2.0', 'nginx:1.27-alpine']

const COMPOSE = `services:
  php:
    image: php:8.4-fpm-alpine
    volumes:
      - ./app:/var/www/html:ro
      - ./zz-vigie.conf:/usr/local/etc/php-fpm.d/zz-vigie.conf:ro
  web:
    image: nginx:1.27-alpine
    volumes: ["./php.conf:/etc/nginx/conf.d/default.conf:ro"]
    depends_on: [php]
`
const FILES = {
  'app/index.php': '<?php sleep((int) ($_GET["seconds"] ?? 0)); echo "done";',
  // A pool that is easily full.
  'zz-vigie.conf': `${setupBlock('php-fpm', 'ini')}pm = static\npm.max_children = 5\n`,
  'php.conf':
    'server { listen 80; location / { include fastcgi_params; fastcgi_param SCRIPT_FILENAME /var/www/html/index.php; fastcgi_pass php:9000; fastcgi_read_timeout 120s; } }\n',
}

describeServices(
  'PHP-FPM',
  {
    project: 'vigie-e2e-php',
    port: 21440,
    compose: COMPOSE,
    services: '  php: { kind: php-fpm, address: "php:9000" }\n',
    files: FILES,
    images: IMAGES,
  },
  stack => {
    const visit = (count: number, seconds: number): string =>
      stack.exec(
        'web',
        'sh',
        '-c',
        `for n in $(seq ${count}); do wget -qO- 'http://localhost/?seconds=${seconds}' >/dev/null & done; sleep 1`,
      )

    it('reads the pool over FastCGI', async () => {
      await expectTargetsUp(stack, ['php'])
      await expectRulesHealthy(stack, /^PhpFpm/)
      visit(4, 0)
      await expectPanelsFilled(stack, ['PHP-FPM'])
    })

    it('sees all processes busy before anybody waits', async () => {
      visit(5, 30)
      await stack.fires('PhpFpmSaturated', { service: 'php', pool: 'www' })
    })

    it('notices a pool that is gone', async () => {
      stack.compose('stop', '-t', '2', 'php')
      await stack.fires('PhpFpmDown', { service: 'php' })
    })
  },
)
