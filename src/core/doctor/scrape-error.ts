import type { Target } from '../stack.ts'
import { type Container, shortNetworks } from './containers.ts'
import { plural } from './finding.ts'

/** Why a scrape fails, and what to do. */
export interface Explanation {
  readonly fact: string
  readonly next: string
}

/** What is needed to tell one reason from another. */
export interface Surroundings {
  readonly error: string
  readonly target: Target
  readonly host: string
  readonly port: string
  readonly path: string
  /** The container behind the host name, and Prometheus's own. */
  readonly container: Container | undefined
  readonly prometheus: Container | undefined
}

interface Reason {
  readonly pattern: RegExp
  /** Undefined: it is another reason after all. */
  readonly explain: (around: Surroundings, match: RegExpExecArray) => Explanation | undefined
}

const setting = (target: Target, key: string): string =>
  `Set  ${key}  of ${target.name} in vigie.yaml, then  vigie generate --apply.`

/** What Prometheus gets there, seen from where it stands. */
const look = ({ host, port, path }: Surroundings): string =>
  `docker compose exec prometheus wget -qO- http://${host}:${port}${path}   shows it`

const elsewhere = ({ path, target }: Surroundings, to = 'elsewhere'): Explanation => ({
  fact: `${path} leads ${to}, as a login does.`,
  next: `Let it answer inside the Compose network without a login, or: ${setting(target, 'metricsPath')}`,
})

const REASONS: readonly Reason[] = [
  {
    // The address of the last request; where it is another host's, the first one was answered and led there.
    pattern: /Get "(https?:\/\/[^"]+)"/,
    explain: (around, [, url = '']) => {
      const host = URL.canParse(url) ? new URL(url).hostname : around.host
      return host === around.host ? undefined : elsewhere(around, `to ${host}`)
    },
  },
  {
    pattern: /no such host|server misbehaving|name resolution|i\/o timeout.*lookup|lookup .*i\/o timeout/,
    explain: unresolved,
  },
  { pattern: /connection refused/, explain: refused },
  {
    pattern: /x509: |failed to verify certificate/,
    explain: ({ target }) => ({
      fact: 'its certificate is none that Prometheus trusts.',
      next: `For one that the service made itself:  metricsTls: unverified. ${setting(target, 'metricsTls')}`,
    }),
  },
  {
    pattern: /no route to host|network is unreachable/,
    explain: ({ host, target }) => ({
      fact: `there is no way from Prometheus to ${host}.`,
      next: `Check  networks:  and  address:  of ${target.name} in vigie.yaml, and firewalls in between.`,
    }),
  },
  {
    pattern: /status (?:code )?404/,
    explain: ({ path, target }) => ({
      fact: `it answers 404: nothing is served at ${path}.`,
      next: `Serve metrics there, or: ${setting(target, 'metricsPath')}`,
    }),
  },
  {
    pattern: /status (?:code )?(401|403)/,
    explain: ({ path, target }, [, code]) => ({
      fact: `it answers ${code}: ${path} wants a login or refuses Prometheus.`,
      next: `Let ${path} of ${target.name} answer inside the Compose network without a login, or set  credentials  of ${target.name} in vigie.yaml.`,
    }),
  },
  {
    pattern: /status (?:code )?30\d|stopped after \d+ redirects/,
    explain: around => elsewhere(around),
  },
  {
    pattern: /status (?:code )?(\d+)/,
    explain: ({ path, target }, [, code]) => ({
      fact: `it answers ${code} at ${path}.`,
      next: `vigie logs ${target.name}   shows why`,
    }),
  },
  {
    pattern: /^gzip: |flate: /,
    explain: around => ({
      fact: `what it serves at ${around.path} is called gzip and is none.`,
      next: `${look(around)}; does a proxy or a middleware compress it twice, or cut it short?`,
    }),
  },
  {
    pattern: /text\/html|got "<|start token.*"<|<!doctype|<html/i,
    explain: ({ path, target }) => ({
      fact: `it answers HTML instead of metrics: ${path} is your front page.`,
      next: `Serve metrics at a path of their own. ${setting(target, 'metricsPath')}`,
    }),
  },
  {
    pattern: /unsupported Content-Type "([^";]*)/,
    explain: ({ path, target }, [, type]) => ({
      fact: `it answers ${type || 'something'} instead of metrics at ${path}.`,
      next: setting(target, 'metricsPath'),
    }),
  },
  {
    pattern: /sample.?limit exceeded|label_limit|body size limit/,
    explain: ({ target }) => ({
      fact: 'it serves more than the limit, so the whole scrape is thrown away.',
      next: `Look for a label with ever new values in ${target.name}, such as a user or a full path.`,
    }),
  },
  {
    pattern:
      /malformed HTTP|first record does not look like a TLS|HTTP\/0\.9|transport connection broken|invalid header/,
    explain: ({ port, target }) => ({
      fact: `what listens on port ${port} does not speak HTTP.`,
      next: `Give the port of the metrics: ${setting(target, 'address')}`,
    }),
  },
  {
    pattern: /deadline exceeded|timeout|Client\.Timeout/,
    explain: ({ host, port, container, target }) =>
      container && container.state !== 'running'
        ? {
            fact: `${host}:${port} does not answer: its container is ${stateWord(container)}.`,
            next: revive(container),
          }
        : {
            fact: `${host}:${port} does not answer within the scrape timeout.`,
            next: `Is ${target.name} overloaded, or is a firewall in between? vigie logs ${target.name}   shows what it does`,
          },
  },
  {
    pattern: /connection reset|EOF/,
    explain: ({ host, port, target }) => ({
      fact: `${host}:${port} hangs up without an answer.`,
      next: `It may be starting, or speak TLS there (metricsTls: true in vigie.yaml), or no HTTP at all. vigie logs ${target.name}   shows what it does`,
    }),
  },
  {
    pattern: /expected|parsing|invalid metric|strconv/,
    explain: around => ({
      fact: `what it serves at ${around.path} is not in Prometheus's format: ${around.error.slice(0, 160)}`,
      next: `${look(around)}; where it is another page: ${setting(around.target, 'metricsPath')}`,
    }),
  },
]

/** Takes what Prometheus says of a failed scrape, returns what people can act on. */
export function explainScrape(around: Surroundings): Explanation {
  for (const { pattern, explain } of REASONS) {
    const match = pattern.exec(around.error)
    const explanation = match && explain(around, match)
    if (explanation) return explanation
  }
  return { fact: around.error, next: 'The page  Status → Targets  of Prometheus shows it too.' }
}

function unresolved({ host, container, prometheus, target }: Surroundings): Explanation {
  const fact = `the name ${host} does not resolve`
  if (container === undefined && host.includes('.'))
    return {
      fact: `${fact}: the DNS that containers of this machine ask does not know it.`,
      next: `Is  address:  of ${target.name} right in vigie.yaml?  getent hosts ${host}   asks the DNS of this machine`,
    }
  if (container === undefined)
    return {
      fact: `${fact}: there is no container of that name.`,
      next:
        target.exporter || target.isStackPart
          ? 'vigie up'
          : `Is  address:  of ${target.name} right in vigie.yaml? The host is the name of its Compose service.`,
    }
  if (container.state !== 'running')
    return {
      fact: `${fact}: its container is ${stateWord(container)}.`,
      next: revive(container),
    }
  const shared = container.networks.some(name => prometheus?.networks.includes(name))
  if (shared)
    return {
      fact: `${fact}, though its container is on a network of Prometheus.`,
      next:
        container.restarts > 0
          ? `vigie logs ${container.service}   shows why it was restarted ${plural(container.restarts, 'time')}`
          : 'vigie up   connects it anew',
    }
  const apart = prometheus
    ? `${host} is on ${shortNetworks(container) || 'none'}, Prometheus on ${shortNetworks(prometheus)}`
    : ''
  return {
    fact: `${fact}: it shares no network with Prometheus (${apart}).`,
    next: target.isStackPart
      ? 'vigie up   connects it anew'
      : setting(target, `networks: [${shortNetworks(container)}]`),
  }
}

function refused({ host, port, container, target }: Surroundings): Explanation {
  if (container && container.state !== 'running')
    return {
      fact: `nothing answers at ${host}:${port}: its container is ${stateWord(container)}.`,
      next: revive(container),
    }
  const exposed = (container?.exposed ?? []).map(one => one.replace('/tcp', '')).filter(one => one !== port)
  const other = exposed.length > 0 ? ` Its image listens on ${exposed.join(' and ')}.` : ''
  return {
    fact: `nothing listens on port ${port} of ${host}.${other}`,
    next: target.exporter
      ? `vigie logs ${target.exporter.name}   shows why the exporter does not listen`
      : `Wrong port, or it listens on 127.0.0.1 inside its container: make it listen on 0.0.0.0, or: ${setting(target, 'address')}`,
  }
}

const stateWord = (container: Container): string =>
  container.state === 'exited' ? 'stopped' : container.state

function revive({ name, service, state }: Container): string {
  if (state === 'paused') return `docker unpause ${name}`
  if (state === 'restarting') return `vigie logs ${service}   shows why it dies`
  return `docker compose up -d ${service}`
}
