import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Finding } from '../../src/core/doctor/finding.ts'
import { bridgeGateway } from '../../src/io/engine.ts'
import { freePort, until } from '../alerts/alertmanager.ts'
import { runVigie, type Said } from '../run-vigie.ts'
import { missing, ok } from './stack.ts'

const reason = missing()
const PROJECT = 'vigie-doctor'

/** A service for each way to be broken, and the words that have to name it. */
const BROKEN: Readonly<Record<string, [config: string, fact: RegExp, next: RegExp]>> = {
  path: [
    '{ kind: http, address: "api:8080", metricsPath: /nope, networks: [backend] }',
    /404: nothing is served at \/nope/,
    /metricsPath/,
  ],
  page: [
    '{ kind: http, address: "api:8081", networks: [backend] }',
    /HTML instead of metrics: \/metrics is your front page/,
    /metricsPath/,
  ],
  locked: [
    '{ kind: http, address: "api:8082", networks: [backend] }',
    /401: \/metrics wants a login/,
    /without a login/,
  ],
  hanging: [
    '{ kind: http, address: "api:8083", networks: [backend] }',
    /does not answer within the scrape timeout/,
    /overloaded/,
  ],
  json: [
    '{ kind: http, address: "api:8084", networks: [backend] }',
    /not in Prometheus's format|application\/json/,
    /metricsPath/,
  ],
  broken: ['{ kind: http, address: "api:8085", networks: [backend] }', /it answers 500/, /vigie logs broken/],
  moved: ['{ kind: http, address: "api:8086", networks: [backend] }', /leads elsewhere/, /metricsPath/],
  port: [
    '{ kind: http, address: "api:9999", networks: [backend] }',
    /nothing listens on port 9999 of api/,
    /address/,
  ],
  lonely: [
    '{ kind: http, address: "lonely:8080", networks: [backend] }',
    /shares no network with Prometheus \(lonely is on island/,
    /networks: \[island\]/,
  ],
  ghost: ['{ kind: http, address: "ghost:80", networks: [backend] }', /no container of that name/, /address/],
  login: [
    '{ kind: http, address: "api:8089", networks: [backend] }',
    /leads to login\.example\.invalid/,
    /without a login/,
  ],
  zipped: ['{ kind: http, address: "api:8090", networks: [backend] }', /called gzip and is none/, /wget/],
  speechless: [
    '{ kind: http, address: "cache:6379", networks: [backend] }',
    /hangs up|does not speak HTTP/,
    /address|no HTTP/,
  ],
  cache: [
    '{ kind: redis, address: "cache:6379", networks: [backend], credentials: { password: "file:cache_password" } }',
    /exporter answers, but Redis does not let it in/,
    /credentials/,
  ],
}
const WELL: Readonly<Record<string, string>> = {
  good: '{ kind: http, address: "api:8080", networks: [backend] }',
  unused: '{ kind: express, address: "api:8080", networks: [backend], library: prom-client }',
  bare: '{ kind: express, address: "api:8088", networks: [backend], library: prom-client }',
  empty: '{ kind: http, address: "api:8087", networks: [backend] }',
}

describe.skipIf(reason !== undefined)(`vigie doctor${reason ? ` (${reason})` : ''}`, () => {
  let root = ''
  const file = (path: string): string => join(root, path)
  const edit = (path: string, change: (text: string) => string): void =>
    writeFileSync(file(path), change(readFileSync(file(path), 'utf8')))
  const compose = (...args: string[]): string =>
    execFileSync('docker', ['compose', ...args], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })

  const vigie = (...argv: string[]): Promise<Said> =>
    runVigie(root, ['-q', ...argv], { VIGIE_WEBHOOK_URL: 'http://127.0.0.1:9/nobody' })
  async function doctor(...argv: string[]): Promise<Finding[]> {
    const { out, err } = await vigie('--json', 'doctor', ...argv)
    if (out === '') throw new Error(err)
    return JSON.parse(out).findings
  }
  const about = (findings: readonly Finding[], link: string, name?: string): Finding[] =>
    findings.filter(one => one.link === link && (name === undefined || one.about === name))
  const bad = (findings: readonly Finding[], link: string): Finding[] =>
    about(findings, link).filter(one => one.verdict === 'fail' || one.verdict === 'unseen')

  beforeAll(async () => {
    ok('docker', ['compose', '-p', PROJECT, 'down', '-v', '--remove-orphans'])
    root = join(mkdtempSync(join(tmpdir(), 'vigie-doctor-')), 'app')
    cpSync(join(import.meta.dirname, 'doctor'), root, { recursive: true })
    const gateway = (await bridgeGateway('.')) ?? '172.17.0.1'
    const ports = await Promise.all(Array.from({ length: 5 }, freePort))
    const parts = ['prometheus', 'alertmanager', 'grafana', 'cadvisor'].map(
      (part, at) => `  ${part}: { port: ${ports[at]}${part === 'prometheus' ? ', scrapeInterval: 2s' : ''} }`,
    )
    const services = [
      ...Object.entries(WELL),
      ...Object.entries(BROKEN).map(([name, [config]]) => [name, config]),
    ]
    writeFileSync(
      file('vigie.yaml'),
      [
        `version: 1\nproject: ${PROJECT}\ncompose: compose.yaml\nstack:`,
        ...parts,
        `  nodeExporter: { listen: "${gateway}:${ports[4]}" }`,
        'services:',
        ...services.map(([name, config]) => `  ${name}: ${config}`),
        'alerts:\n  receivers:\n    - webhook: { name: ops }\n',
      ].join('\n'),
    )
    expect((await vigie('generate', '--yes')).code).toBe(0)
    writeFileSync(file('monitoring/secrets/cache_password'), 'wrong')
    // Grafana needs an image that not every machine has; here it only has to be missed.
    writeFileSync(file('monitoring/compose.override.yaml'), 'services:\n  grafana: { profiles: [absent] }\n')
    const { code, err } = await vigie('up')
    expect(code, err).toBe(0)
    await until(async () => {
      const targets = about(await doctor(), 'targets')
      return targets.some(one => /not been scraped/.test(one.fact)) ? undefined : targets
    })
  })

  afterAll(() => {
    if (root === '') return
    compose('down', '-v', '--remove-orphans')
    rmSync(join(root, '..'), { recursive: true, force: true })
  })

  it('says why each target is down, and what to do', async () => {
    const findings = await doctor()
    for (const [name, [, fact, next]] of Object.entries(BROKEN)) {
      const [found, ...more] = about(findings, 'targets', name)
      expect(found?.fact, name).toMatch(fact)
      expect(found?.next, name).toMatch(next)
      expect(found?.verdict, name).toBe('fail')
      expect(more, name).toEqual([])
    }
    for (const name of Object.keys(WELL)) expect(about(findings, 'targets', name)).toEqual([])
  })

  it('tells no traffic yet from not instrumented, and from nothing at all', async () => {
    const findings = await doctor()
    expect(about(findings, 'series', 'unused')).toMatchObject([
      { verdict: 'warn', fact: expect.stringMatching(/instrumented .* has not had a request yet/) },
    ])
    expect(about(findings, 'series', 'bare')).toMatchObject([
      { verdict: 'warn', fact: expect.stringMatching(/not instrumented/) },
    ])
    expect(about(findings, 'series', 'empty')).toMatchObject([
      { verdict: 'fail', fact: expect.stringMatching(/no metric at all/) },
    ])
    expect(about(findings, 'series', 'good')).toEqual([])
  })

  it('looks at one chain', async () => {
    const { code, out } = await vigie('doctor', 'port')
    expect(code).toBe(1)
    expect(out).toMatch(/FAIL +targets +port: nothing listens on port 9999/)
    expect(out).not.toMatch(/lonely|hanging/)
    expect((await vigie('doctor', 'good')).code).toBe(0)
    expect((await vigie('doctor', 'goood')).err).toMatch(/did you mean "good"/)
  })

  it('sees that Grafana is not there, and what is well', async () => {
    const findings = await doctor()
    expect(bad(findings, 'containers').map(one => one.about)).toEqual(
      expect.arrayContaining(['grafana', 'ghost']),
    )
    expect(about(findings, 'grafana')[0]?.fact).toMatch(/Grafana does not answer: nothing listens there/)
    for (const link of ['engine', 'files', 'config', 'ports', 'rules', 'clock', 'disk'])
      expect(bad(findings, link), link).toEqual([])
    expect(about(findings, 'disk')[0]?.fact).toMatch(/series, \d+ samples a second, .* free on the volume/)
    expect(about(findings, 'alerts')[0]?.fact).toMatch(/1 receiver/)
    expect(
      about(findings, 'alerts')
        .map(one => one.fact)
        .join(),
    ).toMatch(/no dead man’s switch/)
  })

  it('sees stale files, and mends them', async () => {
    edit('vigie.yaml', text => text.replace('scrapeInterval: 2s', 'scrapeInterval: 3s'))
    const [stale] = bad(await doctor(), 'files')
    expect(stale).toMatchObject({
      fact: expect.stringMatching(/not what vigie\.yaml says/),
      fix: 'generate',
    })
    expect((await vigie('doctor', '--fix')).err).toMatch(/vigie doctor --fix --yes/)
    edit('vigie.yaml', text => text.replace('scrapeInterval: 3s', 'scrapeInterval: 2s'))
    expect(bad(await doctor(), 'files')).toEqual([])
  })

  it('sees a secret that is missing, empty, unreadable or wrong', async () => {
    const secret = file('monitoring/secrets/webhook_url')
    const url = readFileSync(secret, 'utf8')
    const fact = async (): Promise<string | undefined> => bad(await doctor(), 'files')[0]?.fact
    chmodSync(secret, 0o600)
    expect(await fact()).toMatch(/cannot read monitoring\/secrets\/webhook_url/)
    chmodSync(secret, 0o644)
    writeFileSync(secret, '\n')
    expect(await fact()).toMatch(/webhook_url is empty/)
    writeFileSync(secret, 'example.com/s3cr3t')
    expect(await fact()).toMatch(/webhook_url cannot be right/)
    expect(JSON.stringify(await doctor())).not.toContain('s3cr3t')
    rmSync(secret)
    expect(await fact()).toMatch(/webhook_url is missing/)
    writeFileSync(secret, url)
    expect(await fact()).toBeUndefined()
  })

  it('sees that Alertmanager still has a secret that was replaced', async () => {
    expect(
      bad(await doctor(), 'alerts')
        .map(one => one.fact)
        .join(),
    ).toMatch(/still has the old webhook_url/)
    compose('restart', '-t', '1', 'alertmanager')
    await until(async () => (bad(await doctor(), 'alerts').length === 0 ? true : undefined))
  })

  it('sees a rule that Prometheus refuses, and a configuration that Alertmanager refuses', async () => {
    const rule = file('monitoring/prometheus/rules/local/mine.yml')
    writeFileSync(rule, 'groups: [{ name: mine, rules: [{ alert: Mine, expr: "sum(" }] }]\n')
    edit('monitoring/alertmanager/alertmanager.yml', text =>
      text.replace('receiver: nobody', 'receiver: nosuch'),
    )
    const findings = bad(await doctor(), 'config')
    expect(findings.map(one => one.about)).toEqual(['prometheus', 'alertmanager'])
    expect(findings[0]?.fact).toMatch(
      /^prometheus refuses its files: monitoring\/prometheus\/rules\/local\/mine\.yml/,
    )
    expect(findings[1]?.fact).toMatch(/nosuch/)
    rmSync(rule)
    edit('monitoring/alertmanager/alertmanager.yml', text =>
      text.replace('receiver: nosuch', 'receiver: nobody'),
    )
    expect(bad(await doctor(), 'config')).toEqual([])
  })

  it('sees a port that the whole network reaches', async () => {
    const prometheus = /prometheus: \{ port: (\d+)/.exec(readFileSync(file('vigie.yaml'), 'utf8'))?.[1]
    const override = 'monitoring/compose.override.yaml'
    const before = readFileSync(file(override), 'utf8')
    writeFileSync(
      file(override),
      `${before}  prometheus:\n    ports: !override ["0.0.0.0:${prometheus}:9090"]\n`,
    )
    compose('up', '-d', '--no-deps', 'prometheus')
    const [open] = await until(async () => {
      const found = bad(await doctor(), 'ports')
      return found.length > 0 ? found : undefined
    })
    expect(open?.fact).toMatch(new RegExp(`prometheus is open to the network: 0\\.0\\.0\\.0:${prometheus}`))
    writeFileSync(file(override), before)
    compose('up', '-d', '--no-deps', 'prometheus')
    expect(bad(await doctor(), 'ports')).toEqual([])
  })

  it('sees a receiver that nothing reaches, and what it answered', async () => {
    const test = await vigie('--json', 'alerts', 'test', '--receiver', 'ops')
    expect(test.code).toBe(1)
    expect(JSON.parse(test.out).outcomes).toMatchObject([
      {
        receiver: 'ops',
        verdict: 'refused',
        why: expect.stringMatching(/connection refused/),
        next: expect.stringMatching(/host and port/),
      },
    ])
    const [deaf] = bad(await doctor(), 'alerts')
    expect(deaf?.fact).toMatch(/Nothing reaches ops: \d+ attempts? failed.*connection refused/)
    expect(deaf?.next).toMatch(/Nothing listens at the address/)
  })

  it('sees a silence of everything, and routes that were edited to lead to nobody', async () => {
    const facts = async (): Promise<string> =>
      about(await doctor(), 'alerts')
        .map(one => one.fact)
        .join()
    const amtool = (...args: string[]): string =>
      compose('exec', '-T', 'alertmanager', 'amtool', '--alertmanager.url=http://localhost:9093', ...args)
    const id = amtool('silence', 'add', 'alertname=~".+"', '-a', 'ada', '-c', 'moving').trim()
    expect(await facts()).toMatch(
      /ada silenced every critical alert and every warning alert until .*: moving/,
    )
    amtool('silence', 'expire', id)
    expect(await facts()).not.toContain('silenced')
    const routes = 'monitoring/alertmanager/alertmanager.yml'
    const before = readFileSync(file(routes), 'utf8')
    const reload = (): string => compose('exec', '-T', 'alertmanager', 'sh', '/etc/alertmanager/reload.sh')
    writeFileSync(file(routes), before.replaceAll('- receiver: ops', '- receiver: nobody'))
    const [unread] = about(await doctor(), 'config', 'alertmanager')
    expect(unread?.fact).toMatch(/^alertmanager\/alertmanager\.yml changed after Alertmanager last loaded/)
    reload()
    expect(about(await doctor(), 'config', 'alertmanager')).toEqual([])
    expect(await facts()).toContain('lead critical and warning alerts to nobody')
    writeFileSync(file(routes), before)
    reload()
    expect(await facts()).not.toContain('to nobody')
  })

  it('sees that Prometheus sends to an Alertmanager that is not there', async () => {
    const path = 'monitoring/prometheus/prometheus.yml'
    const before = readFileSync(file(path), 'utf8')
    const reload = (): string => compose('exec', '-T', 'prometheus', 'sh', '/etc/prometheus/reload.sh')
    writeFileSync(file(path), before.replace('alertmanager:9093', 'alertmanagr:9093'))
    reload()
    // For a moment after it has loaded, Prometheus knows of no Alertmanager at all.
    await until(async () => {
      const [lost] = about(await doctor(), 'alerts', 'prometheus')
      return lost?.fact.startsWith('Prometheus cannot send to http://alertmanagr:9093') ? true : undefined
    })
    writeFileSync(file(path), before)
    reload()
    await until(async () => (about(await doctor(), 'alerts', 'prometheus').length === 0 ? true : undefined))
  })

  it('wakes what is paused', async () => {
    compose('pause', 'prometheus')
    const paused = await doctor()
    for (const link of ['containers', 'targets'])
      expect(bad(paused, link)[0]?.next, link).toBe(`docker unpause ${PROJECT}-prometheus-1`)
    expect((await vigie('up')).err).toContain('unpause prometheus')
    compose('unpause', 'prometheus')
  })

  it('sees that nobody is told', async () => {
    edit('vigie.yaml', text => text.replace('receivers:\n    - webhook: { name: ops }', 'receivers: []'))
    expect(bad(await doctor(), 'alerts')[0]?.fact).toMatch(/No receiver is configured/)
    edit('vigie.yaml', text =>
      text.replace('receivers: []', 'receivers:\n    - webhook: { name: ops }\n    - webhook: { name: new }'),
    )
    expect(
      bad(await doctor(), 'alerts')
        .map(one => one.fact)
        .join(),
    ).toMatch(/runs without new/)
    edit('vigie.yaml', text => text.replace('\n    - webhook: { name: new }', ''))
  })

  it('sees stopped containers, and goes on without Prometheus', async () => {
    compose('stop', '-t', '1', 'alertmanager', 'cache-exporter', 'api')
    const stopped = await doctor()
    expect(bad(stopped, 'containers').map(one => one.fact)).toEqual(
      expect.arrayContaining(['alertmanager is stopped.', 'cache-exporter is stopped.', 'api is stopped.']),
    )
    expect(bad(stopped, 'alerts')[0]?.fact).toMatch(/Alertmanager does not answer.*No alert reaches anybody/)
    await until(async () => {
      const [good] = about(await doctor(), 'targets', 'good')
      return good && /its container is stopped/.test(good.fact) ? good : undefined
    })
    compose('stop', '-t', '1', 'prometheus')
    const dark = await doctor()
    expect(bad(dark, 'targets')[0]).toMatchObject({
      about: 'prometheus',
      fact: expect.stringMatching(/Prometheus does not answer/),
    })
    for (const link of ['series', 'rules', 'clock'])
      expect(about(dark, link)[0]?.verdict, link).toBe('unseen')
    expect(bad(dark, 'ports')).toEqual([])
  })

  it('starts what is stopped with --fix --yes', async () => {
    const { code } = await vigie('--yes', 'doctor', '--fix')
    expect(code).toBe(1)
    expect(
      bad(await doctor(), 'containers')
        .map(one => one.about)
        .sort(),
    ).toEqual(['ghost', 'grafana'])
  })

  it('says that no engine answers, and still looks at what does', async () => {
    const before = process.env.DOCKER_HOST
    process.env.DOCKER_HOST = 'unix:///nowhere/docker.sock'
    try {
      const findings = await doctor()
      expect(about(findings, 'engine')[0]).toMatchObject({
        verdict: 'fail',
        fact: expect.stringMatching(/No engine answers/),
      })
      expect(about(findings, 'containers')[0]?.verdict).toBe('unseen')
      expect(bad(findings, 'rules')).toEqual([])
    } finally {
      if (before === undefined) delete process.env.DOCKER_HOST
      else process.env.DOCKER_HOST = before
    }
  })
})
