import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runVigie, type Said } from '../run-vigie.ts'

describe('vigie where Grafana sends the alerts', () => {
  let root = ''
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'vigie-grafana-'))
    writeFileSync(
      join(root, 'vigie.yaml'),
      `version: 1
project: vigie-grafana
attach: host
stack:
  grafana: { port: 4301 }
  prometheus: { port: 4302 }
services:
  cache: { kind: redis, address: "cache:6379" }
alerts:
  engine: grafana
  receivers: [{ webhook: { name: ops } }]
`,
    )
    expect((await vigie(['generate', '--yes'])).code).toBe(0)
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  const vigie = (argv: string[]): Promise<Said> =>
    runVigie(root, argv, { PATH: process.env.PATH ?? '', VIGIE_WEBHOOK_URL: 'http://127.0.0.1:9/hook' })

  it.each([['list'], ['test'], ['silence', 'cache', '2h', 'why'], ['route', 'severity=critical']])(
    'alerts %s says who sends them, and where to look',
    async (...argv) => {
      const { code, out, err } = await vigie(['alerts', ...argv])
      expect(code).toBe(2)
      expect(out).toBe('')
      expect(err).toMatch(
        /^Grafana sends the alerts of this stack, and `vigie alerts` speaks with Alertmanager only\.\n +hint: http:\/\/localhost:4301\/alerting\/list/,
      )
    },
  )

  it('open knows no Alertmanager', async () => {
    expect((await vigie(['open'])).out).toBe(
      'grafana        http://localhost:4301\nprometheus     http://localhost:4302\n',
    )
    expect((await vigie(['open', 'alertmanager'])).err).toMatch(/no page "alertmanager"/)
  })

  it('doctor says what it cannot see, and asks nothing of an Alertmanager', async () => {
    const { out } = await vigie(['doctor', '--json'])
    const { findings }: { findings: { link: string; verdict: string; fact: string }[] } = JSON.parse(out)
    const alerts = findings.filter(one => one.link === 'alerts')
    expect(alerts.map(one => `${one.verdict} ${one.fact}`)).toEqual([
      'unseen Grafana sends the alerts of this stack, and does not tell vigie whether they arrive.',
      'warn There is no dead man’s switch: nobody notices when this machine itself dies.',
    ])
    expect(findings.filter(one => /alertmanager/i.test(one.fact))).toEqual([])
  })
})
