import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/core/config/parse.ts'
import type { Container } from '../../src/core/doctor/containers.ts'
import { explainScrape } from '../../src/core/doctor/scrape-error.ts'
import { resolveStack } from '../../src/core/resolve.ts'
import { loadReceiverTypes, loadRegistry } from '../../src/io/templates.ts'
import { configOf } from '../render/stacks.ts'

const config = configOf({ services: { api: { kind: 'http', address: 'api:9000' } } })
const target = resolveStack(parseConfig(config), loadRegistry('.'), loadReceiverTypes()).targets.find(
  one => one.name === 'api',
)
const container: Container = {
  ...{
    name: 'shop-api-1',
    service: 'api',
    project: 'shop',
    state: 'running',
    exitCode: 0,
    health: undefined,
  },
  ...{ healthSaid: '', error: '', lastWords: '', restarts: 0, outOfMemory: false },
  ...{ networks: ['shop_vigie'], bindings: [], exposed: [] },
}

/** Errors as Prometheus 3.5 gives them. */
const CASES: [name: string, error: string, state: string | undefined, fact: RegExp, next: RegExp][] = [
  [
    'is called gzip and is none',
    'gzip: invalid header',
    'running',
    /is called gzip and is none/,
    /wget -qO- http:\/\/api:9000\/metrics/,
  ],
  [
    'leads to a login of another host, whose name does not resolve',
    'Get "https://login.example.invalid/": dial tcp: lookup login.example.invalid on 127.0.0.11:53: no such host',
    'running',
    /^\/metrics leads to login\.example\.invalid/,
    /without a login/,
  ],
  [
    'redirects in circles',
    'Get "/metrics": stopped after 10 redirects',
    'running',
    /leads elsewhere/,
    /without a login/,
  ],
  [
    'has a syntax error',
    'invalid metric type "counter\\r"',
    'running',
    /not in Prometheus's format: invalid metric type "counter\\r"/,
    /shows it; where it is another page/,
  ],
  [
    'dies again and again',
    'Get "http://api:9000/metrics": dial tcp: lookup api on 127.0.0.11:53: no such host',
    'restarting',
    /its container is restarting/,
    /vigie logs api/,
  ],
  [
    'is paused',
    'context deadline exceeded',
    'paused',
    /its container is paused/,
    /docker unpause shop-api-1/,
  ],
  ['hangs', 'context deadline exceeded', 'running', /within the scrape timeout/, /overloaded/],
]

describe('a target that is not scraped', () => {
  const explain = (error: string, state: string | undefined, host = 'api') => {
    if (target === undefined) throw new Error('no target')
    return explainScrape({
      ...{ error, target, host, port: '9000', path: '/metrics', prometheus: undefined },
      container: state === undefined ? undefined : { ...container, state },
    })
  }

  it.each(CASES)('%s', (_name, error, state, fact, next) => {
    const explanation = explain(error, state)
    expect(explanation.fact).toMatch(fact)
    expect(explanation.next).toMatch(next)
  })

  it('has a name that is the DNS’s business, not Compose’s', () => {
    const host = 'metrics.example.com'
    const error = `Get "http://${host}:9000/metrics": dial tcp: lookup ${host} on 127.0.0.11:53: no such host`
    const { fact, next } = explain(error, undefined, host)
    expect(fact).toMatch(/DNS/)
    expect(next).toMatch(/getent hosts metrics\.example\.com/)
  })

  describe('whose name does not resolve, though its container runs', () => {
    const error = 'Get "http://api:9000/metrics": dial tcp: lookup api on 127.0.0.11:53: no such host'
    const around = { error, host: 'api', port: '9000', path: '/metrics' }
    const on = (...networks: string[]): Container => ({ ...container, state: 'running', networks })
    const next = (mine: Container, isStackPart = false): string => {
      if (target === undefined) throw new Error('no target')
      const given = { ...around, target: { ...target, isStackPart }, container: mine }
      return explainScrape({ ...given, prometheus: on('shop_vigie') }).next
    }

    it('was restarted just now, or lost its network', () => {
      expect(next({ ...on('shop_vigie'), restarts: 2 })).toMatch(/vigie logs api .* restarted 2 times/)
      expect(next(on('shop_vigie'))).toMatch(/^vigie up/)
    })

    it('is on another network: vigie.yaml says on which, and of its own parts vigie knows', () => {
      expect(next(on('shop_backend'))).toMatch(/networks: \[backend\].* in vigie\.yaml/)
      expect(next(on('shop_backend'), true)).toMatch(/^vigie up/)
    })
  })

  it('may be reached by an IPv6 address', () => {
    const error = 'Get "http://[fd00::1]:9000/metrics": dial tcp [fd00::1]:9000: connect: connection refused'
    expect(explain(error, undefined, '[fd00::1]').fact).toMatch(/nothing listens on port 9000/)
  })
})
