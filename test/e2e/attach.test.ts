import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bridgeGateway } from '../../src/io/engine.ts'
import { clear, copyExample, makeRepo, missing, observe, ok, type Site, servicesUp, until } from './stack.ts'

const reason = missing()
const PARTS = ['alertmanager', 'cadvisor', 'node-exporter', 'prometheus']
const withParts = (site: Site, ...services: string[]): string[] =>
  [...PARTS, ...services, ...(site.hasGrafana ? ['grafana'] : [])].sort()

describe.skipIf(reason !== undefined)(
  `a stack in a Compose project of its own${reason ? ` (${reason})` : ''}`,
  () => {
    const app = 'vigie-external'
    const ports = {
      prometheus: 21120,
      grafana: 21121,
      alertmanager: 21122,
      cadvisor: 21123,
      nodeExporter: 21192,
    }
    let site: Site

    beforeAll(async () => {
      clear(app, `${app}-monitoring`)
      const root = copyExample('shop', app, 21124)
      site = await observe(root, ports, ['--attach', 'external', '--alerts', 'none'])
      // A Compose secret of the app is out of reach from here, so init asks for the password in a file of the stack's own.
      const password = readFileSync(join(root, 'secrets/db_password.txt'))
      writeFileSync(join(root, 'monitoring/secrets/db_password'), password)
      site.compose('up', '-d', '--wait')
      site.vigie('up')
    })
    afterAll(() => clear(`${app}-monitoring`, app))

    it('scrapes every target over the networks of the app', async () => {
      expect(await servicesUp(site)).toEqual(withParts(site, 'api', 'cache', 'db', 'proxy'))
    })

    it('finds every container that vigie.yaml expects, in both projects', async () => {
      const { result } = await site.prometheus<{ result: unknown[] }>('query', {
        query: 'ALERTS{alertname="ContainerMissing",service!="grafana"}',
      })
      expect(result).toEqual([])
    })

    it('leaves the app running when it goes', () => {
      site.vigie('down')
      expect(ok('docker', ['compose', 'exec', '-T', 'cache', 'redis-cli', 'ping'], site.root)).toBe(true)
    })
  },
)

describe.skipIf(reason !== undefined)(
  `a stack beside an app on the host${reason ? ` (${reason})` : ''}`,
  () => {
    const project = 'vigie-host'
    const ports = {
      prometheus: 21130,
      grafana: 21131,
      alertmanager: 21132,
      cadvisor: 21133,
      nodeExporter: 21193,
    }
    const redisPort = 21134
    let site: Site
    let server: Server

    beforeAll(async () => {
      clear(`${project}-monitoring`)
      ok('docker', ['rm', '-f', project])
      const gateway = (await bridgeGateway('.')) ?? '172.17.0.1'
      server = createServer((_, response) => response.end('jobs_done_total 1\n'))
      const port = await new Promise<number>(resolve => {
        server.listen(0, gateway, () => {
          const address = server.address()
          resolve(typeof address === 'object' && address ? address.port : 0)
        })
      })
      // A Redis that is reached at an address of the host, as one that was installed there.
      ok('docker', ['run', '-d', '--name', project, '-p', `${gateway}:${redisPort}:6379`, 'redis:7-alpine'])
      const services = [`worker=http@localhost:${port}`, `cache=redis@localhost:${redisPort}`]
      const init = [...services.flatMap(service => ['--service', service]), '--alerts', 'none']
      site = await observe(makeRepo({ 'README.md': 'No Compose file here.\n' }), ports, init, {
        config: text => text.replace(/^project: \S+/m, `project: ${project}`),
      })
      site.vigie('up')
    })
    afterAll(() => {
      server?.close()
      clear(`${project}-monitoring`)
      ok('docker', ['rm', '-f', project])
    })

    it('scrapes the process, and the exporter of what listens on the host', async () => {
      expect(await servicesUp(site)).toEqual(withParts(site, 'cache', 'worker'))
      await until('the exporter reaches it', async () => {
        const { result } = await site.prometheus<{ result: unknown[] }>('query', { query: 'redis_up == 1' })
        return result.length === 1 ? true : undefined
      })
    })
  },
)
