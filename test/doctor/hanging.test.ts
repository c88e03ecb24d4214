import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Finding } from '../../src/core/doctor/finding.ts'
import { runVigie, type Said } from '../run-vigie.ts'

/** Takes every call and says nothing: an engine and a Prometheus that hang. */
const sockets = new Set<Socket>()
const silent = createServer(socket => sockets.add(socket))
let root = ''
const before = process.env.DOCKER_HOST

beforeAll(async () => {
  await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as AddressInfo
  root = mkdtempSync(join(tmpdir(), 'vigie-hanging-'))
  writeFileSync(
    join(root, 'vigie.yaml'),
    `version: 1\nproject: hanging\nattach: host\nstack: { prometheus: { port: ${port} } }\nservices: {}\n`,
  )
  process.env.DOCKER_HOST = `tcp://127.0.0.1:${port}`
})
afterAll(() => {
  if (before === undefined) delete process.env.DOCKER_HOST
  else process.env.DOCKER_HOST = before
  for (const socket of sockets) socket.destroy()
  silent.close()
  rmSync(root, { recursive: true, force: true })
})

const vigie = (...argv: string[]): Promise<Said> => runVigie(root, argv)

it('comes to an end and names what hangs', async () => {
  expect((await vigie('-q', 'generate', '--yes')).code).toBe(0)
  const { code, out } = await vigie('-q', '--json', 'doctor')
  expect(code).toBe(1)
  const findings: Finding[] = JSON.parse(out).findings
  const verdicts = (link: string) => findings.filter(one => one.link === link).map(one => one.verdict)
  expect(findings[0]).toMatchObject({
    link: 'engine',
    verdict: 'fail',
    fact: expect.stringMatching(/^No engine answers/),
  })
  expect(findings.find(one => one.link === 'targets')?.fact).toMatch(
    /Prometheus does not answer: it does not answer in time/,
  )
  expect(verdicts('files')).toEqual(['ok'])
  for (const link of ['containers', 'ports', 'series', 'rules', 'disk', 'clock'])
    expect(verdicts(link), link).toEqual(['unseen'])
})

it('says on one screen that it hangs', async () => {
  const { code, out } = await vigie('-q', 'status')
  expect(code).toBe(1)
  expect(out).toMatch(/FAIL +engine +No engine answers/)
  expect(out).toMatch(/Grafana +http:\/\/localhost:3000/)
})
