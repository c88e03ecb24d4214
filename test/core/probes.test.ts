import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { formatPlace, UserError } from '../../src/core/errors.ts'
import { configOf, renderConfig } from '../render/stacks.ts'

const withProbe = (line: string): string => `version: 1\nproject: shop\nprobes:\n  ${line}\n`

/** Name, line of the probe, place, message. */
const BAD: [string, string, string, RegExp][] = [
  ['nothing to look at', 'shop: { status: [200] }', '4:3', /does not say what to look at/],
  [
    'two things',
    'shop: { http: "https://a.example/", icmp: a.example }',
    '4:3',
    /more than one thing: http and icmp/,
  ],
  [
    'a key of another way',
    'db: { tcp: "db:5432", contains: ok }',
    '4:35',
    /"contains" has no meaning with tcp/,
  ],
  ['no question', 'names: { dns: "1.1.1.1" }', '4:3', /does not say which name to ask for/],
  ['no URL', 'shop: { http: shop.example }', '4:17', /must be an http or https URL/],
  ['the name of the exporter', 'blackbox: { icmp: a.example }', '4:3', /is taken by the exporter/],
  [
    'a key with a typo',
    'shop: { http: "https://a.example/", contain: ok }',
    '4:48',
    /did you mean "contains"/,
  ],
]

describe('probes in vigie.yaml', () => {
  it.each(BAD)('with %s are refused with the place', (_name, line, place, message) => {
    let error: unknown
    try {
      renderConfig(withProbe(line))
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(UserError)
    if (!(error instanceof UserError)) return
    expect(error.message).toMatch(message)
    expect(error.at && formatPlace(error.at)).toBe(`vigie.yaml:${place}`)
  })

  it('refuse the exporter as a service, and say where it goes', () => {
    const services = { x: { kind: 'blackbox', address: 'x:9115' } }
    expect(() => renderConfig(configOf({ services }))).toThrow(/looks at what `probes:` lists/)
  })

  const probes = {
    shop: { http: 'https://shop.example/', contains: 'Total (EUR)', status: [200, 201], verify: false },
    queue: { tcp: 'queue:5672', networks: ['backend'] },
    names: { dns: '1.1.1.1', query: 'shop.example', type: 'MX' },
    router: { icmp: '10.0.0.1' },
    orders: { grpc: 'orders:9000', service: 'orders.v1', tls: true },
  }
  const tree = renderConfig(configOf({ probes }))

  it('become one module each of the exporter, matching texts literally', () => {
    const { modules } = parse(tree.get('blackbox/blackbox.yml') ?? '')
    expect(Object.keys(modules)).toEqual(['names', 'orders', 'queue', 'router', 'shop'])
    expect(modules.shop.http).toEqual({
      preferred_ip_protocol: 'ip4',
      valid_status_codes: [200, 201],
      fail_if_body_not_matches_regexp: ['Total \\(EUR\\)'],
      tls_config: { insecure_skip_verify: true },
    })
    expect(modules.names.dns).toMatchObject({ query_name: 'shop.example', query_type: 'MX' })
    expect(modules.orders.grpc).toMatchObject({ service: 'orders.v1', tls: true })
  })

  it('are scraped through the exporter, each by its own name and target', () => {
    const { scrape_configs: jobs } = parse(tree.get('prometheus/scrape/blackbox.yml') ?? '')
    expect(jobs).toHaveLength(2)
    const targets: { targets: string[]; labels: Record<string, string> }[] = jobs[1].static_configs
    expect(targets.map(one => [one.labels.service, one.labels.__param_module, one.targets])).toEqual([
      ['names', 'names', ['1.1.1.1']],
      ['orders', 'orders', ['orders:9000']],
      ['queue', 'queue', ['queue:5672']],
      ['router', 'router', ['10.0.0.1']],
      ['shop', 'shop', ['https://shop.example/']],
    ])
    expect(tree.get('prometheus/rules/stack.yml')).toContain('{ job: blackbox, service: queue }')
  })

  it('put the exporter, and only it, on their networks', () => {
    const { services } = parse(tree.get('compose.yaml') ?? '')
    expect(services.blackbox.networks).toEqual(['vigie', 'backend', 'default'])
    expect(services.prometheus.networks).toEqual(['vigie'])
  })

  it('go to the host through the gateway where the app runs there', () => {
    const hosted = renderConfig(
      configOf({ attach: 'host', probes: { app: { http: 'http://localhost:3000/up' } } }),
    )
    expect(hosted.get('prometheus/scrape/blackbox.yml')).toContain('"http://host.docker.internal:3000/up"')
  })

  it('are no part of a stack that has none', () => {
    const without = renderConfig(configOf({}))
    expect([...without.keys()].filter(path => path.includes('blackbox'))).toEqual([])
  })
})
