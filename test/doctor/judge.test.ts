import { describe, expect, it } from 'vitest'
import type { Silence } from '../../src/core/alerts/listing.ts'
import type { Receiver } from '../../src/core/alerts/receivers.ts'
import { withoutSecrets } from '../../src/core/alerts/redact.ts'
import { parseRouting } from '../../src/core/alerts/route-tree.ts'
import { type AlertFacts, judgeAlerts, type ReceiverState } from '../../src/core/doctor/alerts.ts'
import { judgeClock } from '../../src/core/doctor/clock.ts'
import { type Container, judgeContainers, woken } from '../../src/core/doctor/containers.ts'
import { judgeDisk } from '../../src/core/doctor/disk.ts'
import { type EngineFacts, judgeEngine } from '../../src/core/doctor/engine.ts'
import { judgeFiles } from '../../src/core/doctor/files.ts'
import type { Finding } from '../../src/core/doctor/finding.ts'
import { type GrafanaFacts, judgeGrafana } from '../../src/core/doctor/grafana.ts'
import { judgePorts } from '../../src/core/doctor/ports.ts'
import { broadSilences, unheard } from '../../src/core/doctor/reach.ts'
import { judgeRules } from '../../src/core/doctor/rules.ts'
import { judgeSeries } from '../../src/core/doctor/series.ts'
import { configOf, stackOf } from '../render/stacks.ts'

const said = (findings: readonly Finding[]): string =>
  findings.map(one => `${one.verdict} ${one.fact}`).join('\n')
const everyBadOneHasANextStep = (findings: readonly Finding[]): void => {
  for (const one of findings)
    if (one.verdict === 'fail' || one.verdict === 'warn') expect(one.next, one.fact).toMatch(/\S/)
}

describe('the engine', () => {
  const well: EngineFacts = {
    trouble: undefined,
    version: '29.1.0',
    compose: '2.40.3',
    os: 'Debian GNU/Linux 13',
    arch: 'x86_64',
    kernel: '6.12.0',
    cgroup: '2',
    security: ['name=apparmor'],
    containerd: true,
    podman: false,
    cadvisorImage: 'ghcr.io/google/cadvisor:v0.60.6',
    nodeExporterMode: 'host',
  }
  const CASES: [string, Partial<EngineFacts>, RegExp][] = [
    ['is well', {}, /^ok Docker 29\.1\.0, Compose 2\.40\.3, Debian GNU\/Linux 13 on x86_64, cgroup v2$/],
    ['is well on ARM', { arch: 'aarch64' }, /^ok .* on aarch64, cgroup v2$/],
    [
      'is not there',
      { trouble: 'Cannot connect to the Docker daemon' },
      /^fail No engine answers: Cannot connect/,
    ],
    ['has no Compose', { compose: undefined }, /^fail Docker Compose v2 is not installed/],
    ['has an old Compose', { compose: '2.20.1' }, /^fail Compose 2\.20\.1 is too old/],
    [
      'keeps images where an old cAdvisor finds no names',
      { cadvisorImage: 'gcr.io/cadvisor/cadvisor:v0.49.1' },
      /warn cAdvisor 0\.49 cannot name containers/,
    ],
    [
      'with the old image store takes an old cAdvisor',
      { cadvisorImage: 'gcr.io/cadvisor/cadvisor:v0.49.1', containerd: false },
      /^ok [^\n]*$/,
    ],
    ['is rootless', { security: ['name=rootless'] }, /warn The engine is rootless/],
    ['is Podman', { podman: true }, /^ok Podman .*\nwarn This is Podman/],
    ['is Docker Desktop', { os: 'Docker Desktop' }, /warn Docker Desktop runs in a virtual machine/],
    [
      'is Docker Desktop, and the stack knows',
      { os: 'Docker Desktop', nodeExporterMode: 'desktop' },
      /^ok [^\n]*$/,
    ],
    ['is in WSL', { kernel: '6.6.87-microsoft-standard-WSL2' }, /warn This is WSL/],
    ['has cgroup v1', { cgroup: '1' }, /warn cgroup v1/],
  ]
  it.each(CASES)('%s', (_name, change, expected) => {
    const findings = judgeEngine({ ...well, ...change })
    expect(said(findings)).toMatch(expected)
    everyBadOneHasANextStep(findings)
  })
})

describe('a way of alerts that is barred', () => {
  const ops: Receiver = {
    ...{ name: 'ops', type: 'webhook', severities: ['critical', 'warning'], team: undefined, when: 'always' },
    ...{ block: '', settings: {}, secrets: [], integration: undefined, environment: {} },
  }
  const well: AlertFacts = {
    ...{ output: 'monitoring', heartbeat: true, states: [], trouble: '', known: 1, oldSecrets: [] },
    ...{ receivers: [ops], running: ['ops'], unreached: [], unheard: [], silences: [] },
  }
  const routing = (receiver: string) =>
    parseRouting(
      `route: { receiver: nobody, routes: [{ matchers: ['severity="critical"'], receiver: ${receiver} }, { receiver: ops }] }
receivers: [{ name: nobody }, { name: ops, webhook_configs: [] }]`,
      'alertmanager.yml',
    )
  const silence = (...matchers: [string, string][]): Silence => ({
    ...{ id: 'a1', createdBy: 'ada', comment: 'moving', endsAt: '2026-01-01T12:00:00Z' },
    status: { state: 'active' },
    matchers: matchers.map(([name, value]) => ({ name, value, isRegex: true, isEqual: true })),
  })

  it('is none where all is well', () => {
    expect(said(judgeAlerts(well))).toMatch(/^ok [^\n]*$/)
    expect(unheard(routing('ops'))).toEqual([])
  })

  it('is an Alertmanager that Prometheus cannot send to', () => {
    const findings = judgeAlerts({ ...well, unreached: ['http://alertmanagr:9093'] })
    expect(said(findings)).toBe(
      'fail Prometheus cannot send to http://alertmanagr:9093, so its alerts go nowhere.',
    )
    everyBadOneHasANextStep(findings)
  })

  it('is a route that was edited to lead nowhere', () => {
    expect(unheard(routing('nobody'))).toEqual(['critical'])
    const findings = judgeAlerts({ ...well, unheard: ['critical'] })
    expect(said(findings)).toBe('fail The routes that Alertmanager runs with lead critical alerts to nobody.')
    everyBadOneHasANextStep(findings)
    expect(said(judgeAlerts({ ...well, unheard: ['critical'], running: [] }))).not.toContain('lead critical')
  })

  it('is a silence of everything, or of the Watchdog, and not one of a service', () => {
    const covered = (one: Silence, heartbeat = true) => broadSilences([one], heartbeat).map(b => b.covers)
    const all = silence(['alertname', '.+'])
    expect(covered(all)).toEqual([['every critical alert', 'every warning alert', 'the Watchdog']])
    expect(covered({ ...all, status: { state: 'expired' } })).toEqual([])
    expect(covered(silence(['severity', 'critical|warning'], ['service', '.*']))).toEqual([
      ['every critical alert', 'every warning alert'],
    ])
    expect(covered(silence(['alertname', 'Watchdog']))).toEqual([['the Watchdog']])
    expect(covered(silence(['alertname', 'Watchdog']), false)).toEqual([])
    expect(covered(silence(['service', 'db']))).toEqual([])
    const findings = judgeAlerts({ ...well, silences: broadSilences([all], false) })
    expect(said(findings)).toContain(
      'warn ada silenced every critical alert and every warning alert until 2026-01-01 12:00 UTC: moving',
    )
    everyBadOneHasANextStep(findings)
  })
})

describe('a container', () => {
  const expected = [{ project: 'shop', service: 'db', replicas: 1, about: 'db', own: false }]
  const well: Container = {
    ...{
      name: 'shop-db-1',
      service: 'db',
      project: 'shop',
      state: 'running',
      exitCode: 0,
      health: undefined,
      healthSaid: '',
    },
    ...{ error: '', lastWords: '', restarts: 0, outOfMemory: false, networks: [], bindings: [], exposed: [] },
  }
  const CASES: [string, Partial<Container>, RegExp][] = [
    ['runs', {}, /^ok 1 service runs and is healthy\.$/],
    ['is unhealthy', { health: 'unhealthy', healthSaid: 'no route' }, /^fail db is unhealthy: no route/],
    ['is starting', { health: 'starting' }, /warn db is still starting/],
    ['was restarted', { restarts: 3 }, /warn db was restarted 3 times/],
    ['lost a process to memory', { outOfMemory: true }, /warn A process of db was killed for lack of memory/],
    [
      'was killed for memory',
      { state: 'exited', exitCode: 137, outOfMemory: true },
      /^fail db was killed because it needed more memory/,
    ],
    [
      'dies again and again',
      { state: 'restarting', exitCode: 2, restarts: 19, lastWords: 'no config' },
      /^fail db starts and dies again and again \(19 times, exit code 2\): no config/,
    ],
    ['is paused', { state: 'paused' }, /^fail db is paused/],
    [
      'was never started',
      { state: 'created', error: 'port is already allocated' },
      /never started: port is already allocated/,
    ],
    ['is stopped', { state: 'exited' }, /^fail db is stopped/],
    ['is of another project', { project: 'other' }, /^fail db has no container/],
  ]
  it.each(CASES)('%s', (_name, change, expectedText) => {
    const findings = judgeContainers(expected, [{ ...well, ...change }], ['db'])
    expect(said(findings)).toMatch(expectedText)
    everyBadOneHasANextStep(findings)
  })

  it('is woken where it is paused, for nothing starts it', () => {
    const finding: Finding = {
      link: 'targets',
      about: 'db',
      verdict: 'fail',
      fact: '',
      next: 'vigie up',
      fix: 'up',
    }
    expect(woken(finding, [{ ...well, state: 'paused' }])).toMatchObject({
      next: 'docker unpause shop-db-1',
      fix: undefined,
    })
    expect(woken(finding, [well])).toBe(finding)
  })

  it('may be one of several', () => {
    const two = [{ ...expected[0], project: 'shop', service: 'db', about: 'db', own: false, replicas: 2 }]
    expect(said(judgeContainers(two, [well], ['db']))).toMatch(/warn db has 1 of 2 containers/)
  })

  it('is not looked for where no Compose file has its service', () => {
    const [found] = judgeContainers(
      [{ project: 'shop', service: 'dbb', replicas: 1, about: 'db', own: false }],
      [],
      ['db', 'api'],
    )
    expect(found?.fact).toBe('No Compose file has a service dbb.')
    expect(found?.next).toMatch(/address: {2}of db right.*There is a service db\./)
  })

  it('is not named one by one where nothing was started', () => {
    const own = { project: 'shop', service: 'prometheus', replicas: 1, about: 'prometheus', own: true }
    expect(judgeContainers([...expected, own], [], undefined)).toEqual([
      {
        link: 'containers',
        verdict: 'fail',
        fact: 'Nothing of shop was started: none of its 2 containers is there.',
        next: 'vigie up',
        fix: 'up',
      },
    ])
    expect(said(judgeContainers([...expected, own], [well], undefined))).toBe(
      'fail prometheus has no container.',
    )
  })

  it('of the app is told from those of a stack that runs by itself', () => {
    const own = { project: 'shop-vigie', service: 'prometheus', replicas: 1, about: 'prometheus', own: true }
    const stack = [own, { ...own, service: 'alertmanager', about: 'alertmanager' }]
    expect(said(judgeContainers([...expected, ...stack], [well], undefined))).toBe(
      'fail Nothing of shop-vigie was started: none of its 2 containers is there.',
    )
  })

  it('open to the network is told from one on loopback', () => {
    const at = (address: string, inside = '3000/tcp', port = 3000) =>
      said(
        judgePorts({
          expected: [{ service: 'db', inside: '3000/tcp', port: 3000 }],
          containers: [{ ...well, bindings: [{ inside, address, port }] }],
          nodeExporter: undefined,
        }),
      )
    expect(at('127.0.0.1')).toMatch(/^ok Bound to loopback only: db 3000\.$/)
    expect(at('0.0.0.0')).toMatch(/^fail db is open to the network: 0\.0\.0\.0:3000/)
    expect(at('::')).toMatch(/^fail db is open to the network/)
    expect(at('127.0.0.1', '3000/tcp', 3001)).toMatch(/^fail db is at port 3001, not at 3000/)
    expect(at('0.0.0.0', '9121/tcp')).toMatch(
      /publishes no port.*\nfail db publishes 0\.0\.0\.0:3000, which the stack does not need/,
    )
  })
})

describe('a receiver', () => {
  const state = { name: 'ops', made: 10, failed: 4, lastError: 'unexpected status code 401' }
  const judge = (change: Partial<ReceiverState>): Finding[] =>
    judgeAlerts({
      ...{ output: 'monitoring', receivers: [], heartbeat: true, trouble: '', known: 1, running: ['ops'] },
      ...{ states: [{ ...state, lately: undefined, ...change }], oldSecrets: [] },
      ...{ unreached: [], unheard: [], silences: [] },
    }).filter(one => one.fact.includes('ops'))
  const CASES: [string, Partial<ReceiverState>, RegExp][] = [
    ['never failed', { failed: 0 }, /^$/],
    ['was never reached', { made: 4 }, /^fail Nothing reaches ops: 4 attempts failed/],
    ['fails at times', { lately: { made: 5, failed: 2 } }, /^warn 4 of 10 attempts to reach ops failed/],
    [
      'is being tried for the first time',
      { made: 4, lately: { made: 1, failed: 0 } },
      /^fail Nothing reaches ops: 4 attempts failed/,
    ],
    [
      'took alerts once, and takes none any more',
      { lately: { made: 4.0001, failed: 4 } },
      /^fail Nothing reaches ops any more: .* 401$/,
    ],
    ['had nothing to do lately', { lately: { made: 0, failed: 0 } }, /^warn 4 of 10 attempts/],
  ]
  it.each(CASES)('%s', (_name, change, expected) => {
    expect(said(judge(change))).toMatch(expected)
    everyBadOneHasANextStep(judge(change))
  })

  it('may say the secret it was given, and vigie does not', () => {
    const said = "400: 'routing_key' is invalid: r0ut1ngkey1234 (r0ut1ngkey)"
    expect(withoutSecrets(said, ['r0ut1ngkey', 'r0ut1ngkey1234', '', 'is'])).toBe(
      "400: 'routing_key' is invalid: <secret> (<secret>)",
    )
  })
})

describe('secrets', () => {
  const at = (state: 'missing' | 'folder' | 'empty', ...files: string[]): Finding[] =>
    judgeFiles({
      ...{ output: 'monitoring', stale: [], conflicts: [], trouble: undefined, sender: 'alertmanager' },
      secrets: files.map(file => ({ file, state, wrong: undefined })),
    })
  it('that are missing are one fact', () => {
    expect(said(at('missing', 'a'))).toBe('fail The secret monitoring/secrets/a is missing.')
    expect(said(at('missing', 'a', 'b'))).toBe('fail 2 secrets are missing in monitoring/secrets: a and b.')
    everyBadOneHasANextStep(at('missing', 'a', 'b'))
  })
  it('may be folders, which Docker makes', () => {
    expect(said(at('folder', 'a'))).toMatch(/^fail The secret monitoring\/secrets\/a is a folder/)
    everyBadOneHasANextStep(at('folder', 'a'))
  })
})

describe('Grafana', () => {
  const well: GrafanaFacts = {
    ...{ trouble: undefined, database: 'ok', login: 'ok', datasource: { ok: true, message: '' } },
    ...{
      loaded: ['vigie-app'],
      expected: ['vigie-app'],
      panels: [{ dashboard: 'App', panel: 'Requests', hasData: true }],
    },
  }
  const CASES: [string, Partial<GrafanaFacts>, RegExp][] = [
    [
      'is well',
      {},
      /^ok Grafana answers, with its datasource and 1 dashboard\.\nok Every panel has data \(1\)\.$/,
    ],
    ['does not answer', { trouble: 'nothing listens there' }, /^fail Grafana does not answer/],
    ['has another password', { login: 'refused' }, /^warn Grafana does not take the password/],
    [
      'gets no data',
      { datasource: { ok: false, message: 'dial tcp: lookup prometheus' } },
      /^fail .*dial tcp: lookup prometheus/,
    ],
    ['lacks a dashboard', { loaded: [] }, /^fail Grafana has not loaded 1 dashboard: vigie-app/],
    [
      'has an empty panel',
      { panels: [{ dashboard: 'App', panel: 'Requests', hasData: false }] },
      /0 of 1 panel have data\. Empty: App \/ Requests/,
    ],
    ['cannot be filled without Prometheus', { panels: undefined }, /unseen No panel/],
  ]
  it.each(CASES)('%s', (_name, change, expected) => {
    const findings = judgeGrafana({ ...well, ...change })
    expect(said(findings)).toMatch(expected)
    everyBadOneHasANextStep(findings)
  })
})

describe('disk, clock and rules', () => {
  const disk = { series: 1000, samplesPerSecond: 100, usedBytes: 1e9, limitBytes: 10e9 }
  it('tells how long the disk lasts', () => {
    expect(said(judgeDisk({ ...disk, room: { free: 50e9, size: 100e9 } }))).toBe(
      'ok 1000 series, 100 samples a second, 1.0 GB of 10 GB used, more than a year until the limit, 50 GB free on the volume.',
    )
    expect(said(judgeDisk({ ...disk, samplesPerSecond: 10_000, room: undefined }))).toMatch(
      /about 6 days until the limit/,
    )
    expect(said(judgeDisk({ ...disk, room: { free: 5e9, size: 100e9 } }))).toMatch(
      /warn The volume has 5\.0 GB left, less than the 9\.0 GB/,
    )
    expect(said(judgeDisk({ ...disk, room: { free: 1e8, size: 100e9 } }))).toMatch(
      /^fail The volume of Prometheus is full/,
    )
  })

  it('compares clocks', () => {
    expect(said(judgeClock({ ahead: 0.2, offset: 0.001, synchronised: true }))).toMatch(
      /^ok Clocks agree, and a time service/,
    )
    expect(said(judgeClock({ ahead: -90, offset: undefined, synchronised: undefined }))).toMatch(
      /^fail .* 90 s behind/,
    )
    expect(said(judgeClock({ ahead: 0, offset: 2, synchronised: false }))).toMatch(/^warn .*off by 2\.0 s/)
    expect(said(judgeClock({ ahead: undefined, offset: undefined, synchronised: undefined }))).toMatch(
      /^unseen/,
    )
  })

  it('names rules that are broken, and what fires', () => {
    const rule = {
      name: 'Watchdog',
      group: 'g',
      kind: 'alerting',
      health: 'ok',
      lastError: '',
      firing: true,
      services: [],
    } as const
    expect(said(judgeRules([rule]))).toBe('ok 1 rule loaded, all of them healthy.')
    expect(said(judgeRules([]))).toMatch(/^fail Prometheus has no rule/)
    expect(said(judgeRules([rule, { ...rule, name: 'TargetDown', services: ['db'] }]))).toMatch(
      /warn TargetDown is firing on db/,
    )
    expect(
      said(judgeRules([rule, { ...rule, name: 'Mine', health: 'err', lastError: 'many-to-many' }])),
    ).toMatch(/^fail The rule Mine cannot be evaluated: many-to-many/)
    expect(said(judgeRules([{ ...rule, name: 'Mine', firing: false }]))).toMatch(/warn There is no Watchdog/)
  })
})

describe('a service that sends its metrics', () => {
  const services = { shop: { kind: 'opentelemetry', address: 'shop:8080', push: true } }
  const targets = stackOf(configOf({ services })).targets.filter(target => target.name === 'shop')
  const nothing = { service: 'shop', up: false, served: 0, kept: 0, requests: undefined, declared: [] }
  it.each([
    ['sends nothing', nothing, /fail shop sends nothing/],
    [
      'sends nothing of requests',
      { ...nothing, up: true },
      /warn shop sends metrics, but none about requests/,
    ],
    ['sends what it should', { ...nothing, up: true, requests: 0 }, /ok shop sends its metrics\./],
  ])('%s', (_name, series, expected) => {
    const findings = judgeSeries(targets, [series])
    expect(said(findings)).toMatch(expected)
    everyBadOneHasANextStep(findings)
  })
})
