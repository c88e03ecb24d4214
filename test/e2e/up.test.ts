import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bridgeGateway } from '../../src/io/engine.ts'
import { clear, containersOf, edit, makeRepo, missing, observe, type Site } from './stack.ts'

const PROJECT = 'vigie-up'
const PORTS = { prometheus: 21140, grafana: 21141, alertmanager: 21142, cadvisor: 21143, nodeExporter: 21194 }
const reason = missing()

describe.skipIf(reason !== undefined)(`vigie up, when it cannot${reason ? ` (${reason})` : ''}`, () => {
  let site: Site

  beforeAll(async () => {
    clear(PROJECT)
    const app = 'services:\n  cache: { image: redis:7-alpine }\n'
    site = await observe(makeRepo({ 'compose.yaml': `name: ${PROJECT}\n${app}` }), PORTS, [
      '--alerts',
      'none',
    ])
  })
  afterAll(() => clear(PROJECT))

  /** What `vigie up` says while this process listens there. */
  const whileTaken = async (host: string, port: number): Promise<{ code: number | null; said: string }> => {
    const server = createServer()
    await new Promise<void>(resolve => server.listen(port, host, resolve))
    const result = site.tryVigie('up')
    await new Promise(resolve => server.close(resolve))
    return result
  }

  it('names a taken port, its holder and a free one, and starts nothing', async () => {
    const { code, said } = await whileTaken('127.0.0.1', PORTS.prometheus)
    expect(code).toBe(2)
    expect(said).toContain(`Port ${PORTS.prometheus}, which prometheus needs, is taken by `)
    if (process.platform === 'linux') expect(said).toContain(`(pid ${process.pid})`)
    expect(said).toMatch(/prometheus: \{ port: 2114[4-9] \}/)
    expect(containersOf(PROJECT)).toEqual(new Map())
  })

  it('does so for node_exporter, which listens on the bridge of the engine', async () => {
    const gateway = (await bridgeGateway('.')) ?? ''
    const { code, said } = await whileTaken(gateway, PORTS.nodeExporter)
    expect(code).toBe(2)
    expect(said).toContain(`Port ${PORTS.nodeExporter}, which node-exporter needs`)
    expect(said).toMatch(/listen: "[\d.]+:2119[5-9]"/)
    expect(containersOf(PROJECT)).toEqual(new Map())
  })

  it('names the service that fails, with its last words', () => {
    edit(join(site.root, 'compose.yaml'), text =>
      text.replace(
        '  cache:',
        '  broken: { image: redis:7-alpine, command: [sh, -c, "echo no disk left; exit 3"] }\n  cache:',
      ),
    )
    const { code, said } = site.tryVigie('up')
    expect(code).toBe(2)
    expect(said).toContain('broken did not become healthy')
    expect(said).toContain('no disk left')
  })

  it('names an image that cannot be had', () => {
    edit(join(site.root, 'compose.yaml'), text =>
      text.replace(/ {2}broken: .*/, '  broken: { image: "vigie.invalid/nothing:1" }'),
    )
    const { code, said } = site.tryVigie('up')
    expect(code).toBe(2)
    expect(said).toContain('The engine could not get vigie.invalid/nothing:1.')
  })
})
