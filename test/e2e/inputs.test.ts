import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { bridgeGateway } from '../../src/io/engine.ts'
import { describeServices, expectPanelsFilled, expectRulesHealthy, expectTargetsUp } from './service-stack.ts'
import { until } from './stack.ts'

const IMAGES = [
  'debian:trixie',
  'prom/statsd-exporter:v0.30.0',
  'prom/pushgateway:v1.11.3',
  'prom/node-exporter:v1.12.1',
  'prom/prometheus:v3.13.4',
  'vigie-e2e/jvm',
]
const example = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../examples/textfile', name), 'utf8')

/** An application without metrics that speaks StatsD, a job that pushes, a Java program, and another Prometheus. */
const COMPOSE = `services:
  app:
    image: debian:trixie
    command: ["bash", "-c", "while sleep 1; do printf 'api.GET.200.time:12|ms' >/dev/udp/statsd-exporter/9125; printf 'orders.placed:1|c' >/dev/udp/statsd-exporter/9125; done"]
  java:
    image: vigie-e2e/jvm
    command: ["java", "/app/Shop.java"]
    environment: { JAVA_TOOL_OPTIONS: "-javaagent:/opt/jmx/agent.jar=9404:/app/agent.yaml -Xmx64m" }
    volumes: ["./java:/app:ro"]
  berlin:
    image: prom/prometheus:v3.13.4
    volumes: ["./berlin:/etc/prometheus:ro"]
`
const SERVICES = `  statsd: { kind: statsd, address: "statsd-exporter:9125", mapping: mapping.yml }
  pushgateway: { kind: pushgateway, address: "pushgateway-exporter:9091" }
  java: { kind: jvm, address: "java:9404" }
  berlin: { kind: federation, address: "berlin:9090", match: ["up", "prometheus_tsdb_head_series"] }
  unknown: { kind: custom, address: "java:9404" }
`
const FILES = {
  'java/agent.yaml': 'rules: []\n',
  'java/Shop.java': `import java.util.*;
public class Shop {
  public static void main(String[] a) throws Exception {
    List<byte[]> kept = new ArrayList<>();
    Object one = new Object(), two = new Object();
    new Thread(() -> hold(one, two)).start();
    new Thread(() -> hold(two, one)).start();
    while (true) {
      for (int i = 0; i < 200; i++) { byte[] junk = new byte[10_000]; junk[0] = 1; }
      if (kept.size() < 8) kept.add(new byte[1 << 20]);
      Thread.sleep(20);
    }
  }
  static void hold(Object first, Object second) {
    synchronized (first) {
      try { Thread.sleep(20_000); } catch (InterruptedException e) { return; }
      synchronized (second) { System.out.println("never"); }
    }
  }
}
`,
  'berlin/prometheus.yml': `global: { scrape_interval: 5s, external_labels: { site: berlin } }
scrape_configs:
  - { job_name: itself, static_configs: [{ targets: ["localhost:9090"] }] }
  - { job_name: gone, static_configs: [{ targets: ["localhost:1"] }] }
`,
  'monitoring/statsd/mapping.yml': `defaults: { observer_type: histogram }
mappings:
  - { match: "api.*.*.time", name: api_request_duration_seconds, labels: { method: "$1", status: "$2" } }
`,
  'monitoring/node-exporter/textfile/shop.prom': 'store_total_rows{path="customers.xml"} 3\n',
  'monitoring/prometheus/rules/local/store.rules.yml': example('store.rules.yml'),
}

interface Answer {
  readonly result: {
    readonly metric: Readonly<Record<string, string>>
    readonly value: readonly [number, string]
  }[]
}

/** Alerts are asked for by their expression: their `for` is what the unit tests of the rules wait for. */
describeServices(
  'the ways in for everything else',
  {
    project: 'vigie-e2e-inputs',
    port: 21330,
    host: `${(await bridgeGateway('.')) ?? '172.17.0.1'}:21339`,
    compose: COMPOSE,
    services: SERVICES,
    files: FILES,
    images: IMAGES,
  },
  stack => {
    beforeAll(async () => {
      await until('a push is taken', () => {
        push('200', `backup_last_success_timestamp_seconds ${Math.floor(Date.now() / 1000)}`)
        return true
      })
    })

    const push = (answer: string, line: string): void => {
      const request = `POST /metrics/job/backup/instance/db HTTP/1.0\\r\\nContent-Length: ${line.length + 1}\\r\\n\\r\\n${line}\\n`
      const said = stack.exec(
        'app',
        'bash',
        '-c',
        `exec 3<>/dev/tcp/pushgateway-exporter/9091; printf '${request}' >&3; cat <&3`,
      )
      expect(said).toContain(` ${answer} `)
    }
    const ask = async (query: string): Promise<Answer['result']> =>
      (await stack.prometheus<Answer>('query', { query })).result
    const seen = (query: string): Promise<Answer['result']> =>
      until(query, async () => {
        const found = await ask(query)
        return found.length > 0 ? found : undefined
      })

    it('reads all of them', async () => {
      await expectTargetsUp(stack, ['statsd', 'pushgateway', 'java', 'berlin', 'unknown', 'node-exporter'])
      await expectRulesHealthy(stack, /^(Statsd|Push|Jvm|Jmx|Federation|Custom|Store)/)
    })

    it('fills every panel', async () => {
      await expectPanelsFilled(stack, [
        'StatsD',
        'Pushgateway',
        'Java (JMX)',
        'Another Prometheus',
        'Any exporter',
      ])
    })

    it('keeps the names and labels of those who sent', async () => {
      const [request] = await seen('api_request_duration_seconds_count')
      expect(request?.metric).toMatchObject({ service: 'statsd', method: 'GET', status: '200' })
      const [backup] = await seen('backup_last_success_timestamp_seconds')
      expect(backup?.metric).toMatchObject({ job: 'backup', instance: 'db' })
      const [series] = await seen('prometheus_tsdb_head_series{site="berlin"}')
      expect(series?.metric).toMatchObject({ job: 'itself' })
      const [rows] = await seen('store_total_rows')
      expect(rows).toMatchObject({
        metric: { path: 'customers.xml', service: 'node-exporter' },
        value: [expect.anything(), '3'],
      })
      expect(await ask('node_scrape_collector_duration_seconds')).toEqual([])
    })

    it('sees a refused push, a deadlock, a target of the other Prometheus, and broken lines', async () => {
      const broken =
        'for n in $(seq 40); do echo "no statsd at all" >/dev/udp/statsd-exporter/9125; sleep 0.5; done'
      stack.exec('app', 'bash', '-c', broken)
      await stack.fires('StatsdLinesInvalid', { service: 'statsd' })
      push('400', 'backup_last_success_timestamp_seconds nothing')
      await stack.fires('JvmThreadsDeadlocked', { service: 'java' })
      stack.compose('stop', '-t', '2', 'java')
      await stack.fires('TargetDown', { service: 'java' })
      await stack.fires('TargetDown', { site: 'berlin', job: 'gone' })
    })
  },
)
