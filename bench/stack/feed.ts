import type { Site } from '../../test/e2e/stack.ts'

/** What goes on in the bazaar besides its visitors and orders: each line runs in a container for as long as the bench. */
const WORK: readonly (readonly [service: string, loop: string])[] = [
  [
    'crm-db',
    'MYSQL_PWD="$MARIADB_ROOT_PASSWORD" mariadb -uroot crm -e "CREATE TABLE IF NOT EXISTS clients (id INT PRIMARY KEY, visits INT) ENGINE=InnoDB; INSERT INTO clients VALUES (1, 1) ON DUPLICATE KEY UPDATE visits = visits + 1; SELECT * FROM clients"',
  ],
  [
    'cache',
    'REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli SET page:$n "$n" EX 60; REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli GET page:$n; REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli GET nothing',
  ],
  ['sessions', 'valkey-cli SET session:$n "$n" EX 60; valkey-cli GET session:$n; valkey-cli GET nothing'],
  [
    'visitors',
    "printf 'set page 0 60 5\\r\\nhello\\r\\nget page\\r\\nget nothing\\r\\nquit\\r\\n' | nc -w 2 pages 11211",
  ],
  [
    'queue',
    "{ printf 'CONNECT\\nlogin:guest\\npasscode:guest\\n\\n\\0SUBSCRIBE\\nid:0\\ndestination:/queue/mail\\nack:auto\\n\\n\\0SEND\\ndestination:/queue/mail\\n\\nhello\\n\\0'; sleep 3; } | nc -w 5 127.0.0.1 61613",
  ],
  [
    'devices',
    'mosquitto_sub -t shop/doors -C 1 -W 5 & sleep 0.5; mosquitto_pub -t shop/doors -m open; sleep 5',
  ],
  [
    'visitors',
    '{ printf \'CONNECT {"verbose":false}\\r\\nSUB answer 1\\r\\nPUB orders.new answer 3\\r\\none\\r\\n\'; sleep 1; } | nc -w 3 events 4222',
  ],
  [
    'visitors',
    'wget -T 5 -qO- --post-data "backup_last_success_timestamp_seconds $(date +%s)\n" http://pushgateway-exporter:9091/metrics/job/backup/instance/db',
  ],
  ['visitors', 'printf "shop.baskets %s %s\\n" "$n" "$(date +%s)" | nc -w 1 graphite-exporter 9109'],
  [
    'billing',
    "printf 'orders.placed:1|c' >/dev/udp/statsd-exporter/9125; printf 'orders.seconds:12|ms' >/dev/udp/statsd-exporter/9125",
  ],
]

/** JetStream does nothing before a stream and a consumer exist; each is asked for until it is there. */
const STREAM = '{"name":"ORDERS","subjects":["orders.*"],"storage":"file","num_replicas":1,"max_msgs":10000}'
const CONSUMER = '{"stream_name":"ORDERS","config":{"durable_name":"mail","ack_policy":"explicit"}}'
const asked = (subject: string, text: string): string =>
  `{ printf 'CONNECT {"verbose":false}\\r\\nPUB ${subject} answer ${text.length}\\r\\n${text}\\r\\n'; sleep 1; } | nc -w 3 events 4222`

export function feed(site: Site): void {
  const run = (service: string, script: string): void =>
    void site.compose('exec', '-d', service, service === 'billing' ? 'bash' : 'sh', '-c', script)
  for (const [service, loop] of WORK) run(service, `n=0; while sleep 1; do n=$((n + 1)); ${loop}; done`)
  const make = [
    asked('$JS.API.STREAM.CREATE.ORDERS', STREAM),
    asked('$JS.API.CONSUMER.DURABLE.CREATE.ORDERS.mail', CONSUMER),
  ]
  run('visitors', `for n in $(seq 20); do ${make.join('; ')}; done`)
}
