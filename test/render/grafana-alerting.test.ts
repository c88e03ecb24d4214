import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { hitsOf, parseRouting } from '../../src/core/alerts/route-tree.ts'
import { needs, tool } from '../tools.ts'
import { configOf, kinds, renderConfig, SHOP_SERVICES } from './stacks.ts'

const uid = v.pipe(v.string(), v.regex(/^[a-zA-Z0-9_-]{1,40}$/))
const text = v.pipe(v.string(), v.nonEmpty())
const duration = v.pipe(v.string(), v.regex(/^(\d+(ms|s|m|h|d|w|y))+$/))
const strings = v.record(v.string(), v.string())
const Node = v.strictObject({
  refId: text,
  relativeTimeRange: v.strictObject({ from: v.number(), to: v.number() }),
  datasourceUid: v.picklist(['vigie-prometheus', '__expr__']),
  model: v.looseObject({ refId: text, datasource: v.strictObject({ type: text, uid: text }) }),
})
/** What pkg/services/provisioning/alerting of Grafana 13.2 reads: an unknown key is dropped there without a word. */
const RulesFile = v.strictObject({
  apiVersion: v.literal(1),
  groups: v.array(
    v.strictObject({
      orgId: v.literal(1),
      name: text,
      folder: text,
      // The scheduler's step: a group with another interval keeps Grafana from starting.
      interval: v.pipe(v.string(), v.regex(/^\d*[1-9]0s$|^[1-9]\d*00s$/)),
      rules: v.array(
        v.strictObject({
          uid,
          title: text,
          condition: v.literal('threshold'),
          data: v.tuple([Node, Node, Node]),
          noDataState: v.literal('OK'),
          execErrState: v.literal('Error'),
          for: duration,
          keepFiringFor: v.optional(duration),
          missing_series_evals_to_resolve: v.literal(1),
          annotations: strings,
          labels: strings,
        }),
      ),
    }),
  ),
})
const ContactPoints = v.strictObject({
  apiVersion: v.literal(1),
  contactPoints: v.array(
    v.strictObject({
      orgId: v.literal(1),
      name: text,
      receivers: v.array(
        v.strictObject({
          uid,
          type: text,
          settings: strings,
          disableResolveMessage: v.optional(v.boolean()),
        }),
      ),
    }),
  ),
})
interface Route {
  receiver?: string | undefined
  object_matchers?: [string, string, string][] | undefined
  continue?: boolean | undefined
  routes?: Route[] | undefined
  active_time_intervals?: string[] | undefined
  mute_time_intervals?: string[] | undefined
}
const names = v.optional(v.array(text))
const ROUTE = {
  receiver: v.optional(text),
  object_matchers: v.optional(v.array(v.tuple([text, v.picklist(['=', '!=', '=~', '!~']), v.string()]))),
  continue: v.optional(v.boolean()),
  active_time_intervals: names,
  mute_time_intervals: names,
  group_by: names,
  group_wait: v.optional(duration),
  group_interval: v.optional(duration),
  repeat_interval: v.optional(duration),
}
const Route: v.GenericSchema<unknown, Route> = v.strictObject({
  ...ROUTE,
  routes: v.optional(v.array(v.lazy(() => Route))),
})
const Policies = v.strictObject({
  apiVersion: v.literal(1),
  muteTimes: v.array(
    v.strictObject({
      orgId: v.literal(1),
      name: text,
      time_intervals: v.array(
        v.strictObject({
          weekdays: v.array(text),
          times: v.optional(v.array(v.strictObject({ start_time: text, end_time: text }))),
          location: v.optional(text),
        }),
      ),
    }),
  ),
  policies: v.array(
    v.strictObject({ ...ROUTE, orgId: v.literal(1), receiver: text, routes: v.array(Route) }),
  ),
})
const PrometheusRules = v.object({
  groups: v.array(
    v.object({
      name: v.string(),
      rules: v.array(
        v.object({
          alert: v.optional(v.string()),
          expr: v.pipe(v.union([v.string(), v.number()]), v.transform(String)),
          for: v.optional(v.string(), '0s'),
          keep_firing_for: v.optional(v.string()),
          labels: v.optional(strings, {}),
          annotations: v.optional(strings, {}),
        }),
      ),
    }),
  ),
})

const read = <T>(schema: v.GenericSchema<unknown, T>, tree: Map<string, string>, name: string): T =>
  v.parse(schema, parse(tree.get(`grafana/provisioning/alerting/${name}.yml`) ?? ''))

const EVERY_KIND = Object.fromEntries(
  kinds.map((kind, index) => [`s${index}`, { kind, address: `s${index}:1234` }]),
)
const RECEIVERS = [
  { slack: { name: 'ops', severities: ['warning', 'info'], when: 'office', channel: '#o$HOME "x"' } },
  { pagerduty: { severities: ['critical'], apiUrl: 'https://events.eu.pagerduty.com/v2/enqueue' } },
  { telegram: { chat: -1001, severities: ['warning'], when: 'outside' } },
  { webhook: { name: 'shop', team: 'shop', urlFile: 'shop_url' } },
]
const alerts = {
  receivers: RECEIVERS,
  officeHours: { from: '09:00', to: '18:00', timezone: 'Europe/Paris' },
  deadManSwitch: { urlFile: 'heartbeat_url' },
}
const shop = (given: object): Map<string, string> =>
  renderConfig(
    configOf({
      services: {
        ...SHOP_SERVICES,
        api: { ...SHOP_SERVICES.api, owner: 'shop', slo: { availability: 99.9 } },
      },
      alerts: given,
    }),
  )
const inGrafana = shop({ engine: 'grafana', ...alerts })

const groupsOf = (files: Map<string, string>) =>
  [...files]
    .filter(([path]) => /^prometheus\/rules\/[^/]+\.yml$/.test(path))
    .flatMap(([, file]) => v.parse(PrometheusRules, parse(file)).groups)

describe('alerts that Grafana evaluates', () => {
  const everything = renderConfig(configOf({ services: EVERY_KIND, alerts: { engine: 'grafana' } }))

  it.each([
    ['a shop', inGrafana],
    ['every kind', everything],
  ])('are those of Prometheus, each once: %s', (_, tree) => {
    const wanted = groupsOf(tree).flatMap(group =>
      group.rules.flatMap(({ alert, expr, labels, annotations, ...rule }) =>
        alert === undefined
          ? []
          : [
              {
                group: group.name,
                alert,
                expr,
                for: rule.for,
                keep: rule.keep_firing_for,
                labels,
                annotations: Object.fromEntries(
                  Object.entries(annotations).map(([name, value]) => [
                    name,
                    value.replaceAll('$value', () => '$values.query.Value'),
                  ]),
                ),
              },
            ],
      ),
    )
    const { groups } = read(RulesFile, tree, 'rules')
    const found = groups.flatMap(group =>
      group.rules.map(({ title, data: [query], labels, annotations, ...rule }) => ({
        group: group.name,
        alert: title,
        expr: query.model.expr,
        for: rule.for,
        keep: rule.keepFiringFor,
        labels,
        annotations,
      })),
    )
    const sorted = (list: readonly object[]): string[] => list.map(one => JSON.stringify(one)).sort()
    expect(wanted.length).toBeGreaterThan(20)
    expect(sorted(found)).toEqual(sorted(wanted))
    const uids = groups.flatMap(group => group.rules.map(rule => rule.uid))
    expect(new Set(uids).size).toBe(uids.length)
    const folders = groups.map(group => `${group.folder}/${group.name}`)
    expect(new Set(folders).size).toBe(folders.length)
  })

  it('fire for whatever the query returns', () => {
    const [{ rules: [rule] = [] } = {}] = read(RulesFile, inGrafana, 'rules').groups
    const [query, math, threshold] = rule?.data ?? []
    expect(query?.model).toMatchObject({
      instant: true,
      range: false,
      datasource: { uid: 'vigie-prometheus' },
    })
    expect(math?.model).toMatchObject({
      type: 'math',
      expression: `is_number($${query?.refId}) || is_nan($${query?.refId}) || is_inf($${query?.refId})`,
    })
    expect(threshold?.model).toMatchObject({ type: 'threshold', expression: math?.refId })
  })

  it.each(['1s', '15s', '60s', '1m30s', '100s'])('are evaluated in steps of ten seconds: %s', interval => {
    const tree = renderConfig(
      configOf({ alerts: { engine: 'grafana' }, stack: { prometheus: { scrapeInterval: interval } } }),
    )
    expect(read(RulesFile, tree, 'rules').groups.length).toBeGreaterThan(0)
  })

  it('keep their uid when a threshold or an interval changes', () => {
    const uids = (tree: Map<string, string>): string[] =>
      read(RulesFile, tree, 'rules').groups.flatMap(group =>
        group.rules.map(rule => `${group.name} ${rule.uid}`),
      )
    const slower = configOf({
      services: EVERY_KIND,
      alerts: { engine: 'grafana' },
      stack: { prometheus: { scrapeInterval: '1m' } },
    })
    expect(uids(renderConfig(slower))).toEqual(uids(everything))
  })
})

describe('a stack without Alertmanager', () => {
  it('has nothing of it', () => {
    expect([...inGrafana.keys()].filter(path => /alertmanager/.test(path))).toEqual([])
    const compose = v.parse(
      v.object({ services: v.record(v.string(), v.unknown()), volumes: v.record(v.string(), v.unknown()) }),
      parse(inGrafana.get('compose.yaml') ?? ''),
    )
    expect(Object.keys(compose.services)).toContain('grafana')
    expect(JSON.stringify(compose)).not.toMatch(/alertmanager/i)
    for (const file of ['prometheus/prometheus.yml', 'prometheus/rules/stack.yml', 'vigie.mk', 'README.md'])
      expect(inGrafana.get(file)).not.toMatch(/alertmanager/i)
  })

  it('lists each alert once in Grafana; with one, Grafana shows its rules, alerts and silences', () => {
    const sources = (tree: Map<string, string>): unknown =>
      parse(tree.get('grafana/provisioning/datasources/vigie.yml') ?? '').datasources
    expect(sources(inGrafana)).toMatchObject([{ uid: 'vigie-prometheus', jsonData: { manageAlerts: false } }])
    expect(sources(shop(alerts))).toMatchObject([
      {
        uid: 'vigie-prometheus',
        jsonData: { manageAlerts: true, alertmanagerUid: 'vigie-alertmanager' },
      },
      {
        uid: 'vigie-alertmanager',
        type: 'alertmanager',
        jsonData: { implementation: 'prometheus', handleGrafanaManagedAlerts: false },
      },
    ])
    expect([...shop(alerts).keys()].filter(path => path.includes('provisioning/alerting'))).toEqual([])
  })
})

describe('who hears of what', () => {
  const { policies } = read(Policies, inGrafana, 'policies')
  const [policy] = policies
  const matcherTexts = (route: Route): object => ({
    ...route,
    matchers: (route.object_matchers ?? []).map(([name, operator, value]) => `${name}${operator}${value}`),
    routes: (route.routes ?? []).map(matcherTexts),
  })
  const grafana = parseRouting(
    JSON.stringify({ route: policy && matcherTexts(policy), receivers: [] }),
    'policies.yml',
  )
  const alertmanager = parseRouting(
    shop(alerts).get('alertmanager/alertmanager.yml') ?? '',
    'alertmanager.yml',
  )

  it.each([
    'alertname=Watchdog severity=none',
    'alertname=A severity=critical service=cache',
    'alertname=A severity=warning service=cache',
    'alertname=A service=cache',
    'alertname=A severity=info service=api',
    'alertname=A severity=none',
    'alertname=A severity=critical service=api',
    'alertname=A severity=warning service=api',
    'alertname=A severity=critical service=apis',
  ])('is the same as with Alertmanager: %s', words => {
    const labels = Object.fromEntries(words.split(' ').map(pair => pair.split('=')))
    const heard = hitsOf(grafana, labels).map(({ receiver, only, never, groupWait, repeat }) =>
      never.includes('never') ? 'nobody' : { receiver, only, never, groupWait, repeat },
    )
    const wanted = hitsOf(alertmanager, labels).map(({ receiver, only, never, groupWait, repeat }) =>
      receiver === 'nobody' ? 'nobody' : { receiver, only, never, groupWait, repeat },
    )
    expect(heard).toEqual(wanted)
  })

  it('names no contact point and no interval that is not there', () => {
    const { contactPoints } = read(ContactPoints, inGrafana, 'contact-points')
    const points = contactPoints.map(one => one.name)
    const { muteTimes } = read(Policies, inGrafana, 'policies')
    const all = (route: Route): Route[] => [route, ...(route.routes ?? []).flatMap(all)]
    for (const route of policy ? all(policy) : []) {
      if (route.receiver !== undefined) expect(points).toContain(route.receiver)
      for (const name of [...(route.active_time_intervals ?? []), ...(route.mute_time_intervals ?? [])])
        expect(muteTimes.map(one => one.name)).toContain(name)
    }
  })

  it('is nothing yet without a receiver', () => {
    const names = [...renderConfig(configOf({ alerts: { engine: 'grafana' } })).keys()]
    expect(names.filter(path => path.includes('provisioning/alerting'))).toEqual([
      'grafana/provisioning/alerting/rules.yml',
    ])
  })
})

const refusal = (receivers: object[]): unknown => {
  try {
    renderConfig(configOf({ alerts: { engine: 'grafana', receivers } }))
  } catch (error) {
    return error
  }
  return 'accepted'
}
const MAIL = { to: 'a@b.c', from: 'x@b.c', smarthost: 'mail:587', user: 'u$er' }
const grafanaService = (receivers: object[]): { environment: Record<string, string>; secrets: string[] } =>
  v.parse(
    v.object({ environment: strings, secrets: v.array(v.string()) }),
    parse(renderConfig(configOf({ alerts: { engine: 'grafana', receivers } })).get('compose.yaml') ?? '')
      .services.grafana,
  )

describe('contact points', () => {
  const settings = (receiver: object): Record<string, string> | undefined =>
    read(
      ContactPoints,
      renderConfig(configOf({ alerts: { engine: 'grafana', receivers: [receiver] } })),
      'contact-points',
    ).contactPoints[0]?.receivers[0]?.settings
  const file = (name: string): string => `$__file{/run/secrets/vigie_${name}}`

  it.each([
    [{ slack: { channel: '#$HOME: "x"' } }, { url: file('slack_url'), recipient: '#$$HOME: "x"' }],
    [{ discord: {} }, { url: file('discord_url') }],
    [{ msteams: {} }, { url: file('msteams_url') }],
    [{ webhook: { urlFile: 'other' } }, { url: file('other') }],
    [{ ntfy: {} }, { url: file('ntfy_url') }],
    [{ gotify: {} }, { url: file('gotify_url') }],
    [{ telegram: { chat: -5 } }, { bottoken: file('telegram_token'), chatid: '-5' }],
    [{ pagerduty: {} }, { integrationKey: file('pagerduty_key') }],
    [{ opsgenie: {} }, { apiKey: file('opsgenie_key') }],
    [
      { opsgenie: { apiUrl: 'https://api.eu.opsgenie.com/' } },
      { apiKey: file('opsgenie_key'), apiUrl: 'https://api.eu.opsgenie.com/v2/alerts' },
    ],
    [{ pushover: {} }, { userKey: file('pushover_user'), apiToken: file('pushover_token') }],
    [
      { victorops: { routingKey: 'team' } },
      {
        url: `https://alert.victorops.com/integrations/generic/20131114/alert/${file('victorops_key')}/team`,
      },
    ],
    [{ webex: { room: 'r' } }, { bot_token: file('webex_token'), room_id: 'r' }],
    [
      { jira: { apiUrl: 'https://x.net/rest/api/3/', user: 'u', project: 'OPS' } },
      {
        api_url: 'https://x.net/rest/api/3/',
        user: 'u',
        password: file('jira_token'),
        project: 'OPS',
        issue_type: 'Task',
      },
    ],
    [{ email: MAIL }, { addresses: 'a@b.c' }],
  ])('%j', (receiver, wanted) => {
    expect(settings(receiver)).toEqual(wanted)
  })

  it('give Grafana its secrets, and the one mail server it has', () => {
    const { environment, secrets } = grafanaService([
      { email: MAIL },
      { email: { ...MAIL, name: 'b', to: 'd@b.c' } },
      { slack: {} },
    ])
    expect(environment).toMatchObject({
      GF_SMTP_ENABLED: 'true',
      GF_SMTP_HOST: 'mail:587',
      GF_SMTP_USER: 'u$$er',
      GF_SMTP_FROM_ADDRESS: 'x@b.c',
      GF_SMTP_PASSWORD: '$$__file{/run/secrets/vigie_smtp_password}',
    })
    expect(secrets).toEqual(['vigie_grafana_admin_password', 'vigie_smtp_password', 'vigie_slack_url'])
  })

  it.each([
    [[{ rocketchat: { apiUrl: 'https://c/', channel: '#a' } }], /cannot send to Rocket\.Chat/],
    [[{ mattermost: {} }], /cannot send to Mattermost/],
    [[{ sns: { region: 'a', topic: 'b' } }], /cannot send to Amazon SNS/],
    [[{ incidentio: { url: 'https://x/' } }], /cannot send to incident\.io/],
    [[{ telegram: { chat: 1, apiUrl: 'https://x/' } }], /no setting for "apiUrl" of Telegram/],
    [[{ email: { ...MAIL, caFile: '/ca.pem' } }], /no setting for "caFile" of Email/],
    [
      [{ email: MAIL }, { email: { ...MAIL, name: 'b', user: 'other' } }],
      /"email" and "b" name two mail servers/,
    ],
  ])('%j is refused, with its place', (receivers, why) => {
    expect(refusal(receivers)).toMatchObject({
      message: expect.stringMatching(why),
      at: expect.objectContaining({ file: 'vigie.yaml', line: expect.any(Number) }),
      hint: expect.any(String),
    })
  })
})

const folder = mkdtempSync(join(tmpdir(), 'vigie-grafana-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeAll(() => {
  for (const [path, file] of inGrafana) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), file)
  }
})
const ran = (command: string, args: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' })
  return status === 0 ? 'ok' : `${stdout}${stderr}`
}
const promtool = tool('promtool')
describe.skipIf(promtool === undefined)(needs('the files of Prometheus', 'promtool'), () => {
  it('are valid, and nothing misses an Alertmanager', () => {
    expect(ran(promtool ?? '', ['check', 'config', '--syntax-only', 'prometheus/prometheus.yml'])).toBe('ok')
    expect(ran(promtool ?? '', ['test', 'rules', 'prometheus/tests/prometheus.yml'])).toBe('ok')
  })
})

const docker = tool('docker')
describe.skipIf(docker === undefined)(needs('the Compose file', 'docker'), () => {
  it('is one that Compose takes', () => {
    const app = {
      include: ['compose.yaml'],
      services: {},
      networks: { backend: {}, frontend: {} },
      secrets: { db_password: { file: './db_password' } },
    }
    writeFileSync(join(folder, 'app.yaml'), JSON.stringify(app))
    expect(ran(docker ?? '', ['compose', '-p', 'vigie-grafana', '-f', 'app.yaml', 'config', '-q'])).toBe('ok')
  })
})
