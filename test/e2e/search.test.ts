import { it } from 'vitest'
import {
  describeServices,
  expectNone,
  expectPanelsFilled,
  expectRulesHealthy,
  expectTargetsUp,
} from './service-stack.ts'

const IMAGES = [
  'elasticsearch:8.6.2',
  'vigie-e2e/opensearch',
  'quay.io/prometheuscommunity/elasticsearch-exporter:v1.11.0',
]

/** Elasticsearch as it comes: with a login, and TLS by a certificate that it makes itself. OpenSearch with neither. */
const COMPOSE = `services:
  search:
    image: elasticsearch:8.6.2
    command: ["bash", "-c", "bin/elasticsearch-keystore create && echo root-secret | bin/elasticsearch-keystore add -x bootstrap.password && bin/elasticsearch-users useradd vigie -p 'look only' -r remote_monitoring_collector && exec bin/elasticsearch -E discovery.type=single-node -E network.host=0.0.0.0 -E cluster.routing.allocation.disk.threshold_enabled=false"]
    environment: { ES_JAVA_OPTS: "-Xms384m -Xmx384m" }
  logs:
    image: vigie-e2e/opensearch
  visitor:
    image: elasticsearch:8.6.2
    command: ["bash", "/visitor.sh"]
    volumes: ["./visitor.sh:/visitor.sh:ro"]
    init: true
`
const SERVICES = `  search: { kind: elasticsearch, address: "search:9200", scheme: https, tlsSkipVerify: true, credentials: { user: vigie, password: "file:search_monitoring" } }
  logs: { kind: opensearch, address: "logs:9200" }
`
const SEARCH = 'curl -sk --max-time 10 -u elastic:root-secret -H Content-Type:application/json'
const JSON_TYPE = '-H Content-Type:application/json'
const FILES = {
  'visitor.sh': `visit() {
  "\${@:2}" -X POST $1/orders/_doc -d '{ "item": "book" }'
  "\${@:2}" -X POST $1/orders/_search -d '{ "query": { "match": { "item": "book" } }, "aggs": { "items": { "terms": { "field": "item.keyword" } } } }'
}
while sleep 0.5; do
  visit https://search:9200 ${SEARCH}
  visit http://logs:9200 curl -s --max-time 10 ${JSON_TYPE}
done >/dev/null
`,
  'monitoring/secrets/search_monitoring': 'look only',
}

/** Alerts are asked for by their expression: their `for` is what the unit tests of the rules wait for. */
describeServices(
  'Elasticsearch and OpenSearch',
  {
    project: 'vigie-e2e-search',
    port: 21460,
    compose: COMPOSE,
    services: SERVICES,
    files: FILES,
    images: IMAGES,
  },
  stack => {
    const ask = (curl: string, method: string, url: string, body: string): string =>
      stack.exec(
        'visitor',
        'bash',
        '-c',
        `until ${curl} -f --retry 0 -X ${method} ${url} -d '${body}'; do sleep 2; done`,
      )

    it('reads both, with a user that may only look where there is a login', async () => {
      await expectTargetsUp(stack, ['search', 'logs'])
      await expectNone(stack, 'elasticsearch_clusterinfo_up == 0')
      await expectRulesHealthy(stack, /^Elasticsearch/)
    })

    it('fills every panel', async () => {
      await expectPanelsFilled(stack, ['Elasticsearch'])
    })

    it('sees data out of reach', async () => {
      const nowhere = '{ "settings": { "index.routing.allocation.require._name": "nobody" } }'
      ask(SEARCH, 'PUT', 'https://search:9200/lost?wait_for_active_shards=0', nowhere)
      await stack.fires('ElasticsearchClusterRed', { service: 'search' })
    })

    it('sees requests refused because they would take too much memory', async () => {
      const limit = '{ "transient": { "indices.breaker.request.limit": "1b" } }'
      ask(`curl -s ${JSON_TYPE}`, 'PUT', 'http://logs:9200/_cluster/settings', limit)
      await stack.fires('ElasticsearchBreakerTripped', { service: 'logs', breaker: 'request' })
    })

    it('tells a dead server from a dead exporter', async () => {
      stack.compose('kill', 'search', 'logs')
      for (const service of ['search', 'logs']) await stack.fires('ElasticsearchDown', { service })
      stack.compose('stop', '-t', '2', 'search-exporter')
      await stack.fires('TargetDown', { service: 'search' })
    })
  },
)
