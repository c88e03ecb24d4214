import { type Fault, IN_FRONT_OF_PHP, MARIADB, nothing, run, SQL, start } from './fault.ts'

/** Servers that are asked for more than they have: locks, queues, processes, connections, patience. */
export const FLOODS: readonly Fault[] = [
  {
    what: 'a table of PostgreSQL is locked, and clients queue for it',
    breaks: site =>
      start(
        site,
        'db',
        `${SQL} "BEGIN; LOCK TABLE orders; SELECT pg_sleep(150)" & sleep 1; for n in $(seq 8); do ${SQL} "UPDATE orders SET total = 1 WHERE id = 1" & done; wait`,
      ),
    mends: site =>
      run(
        site,
        'db',
        `${SQL} "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(150)%' AND pid <> pg_backend_pid()"`,
      ),
    fires: { db: ['PostgresLockQueue'] },
    follows: ['pool', 'db-replica'],
  },
  {
    what: 'a backup of MariaDB stops everybody who writes',
    breaks: site =>
      start(
        site,
        'crm-db',
        `${MARIADB} crm -e "FLUSH TABLES WITH READ LOCK; SELECT SLEEP(150)" & sleep 1; for n in $(seq 8); do ${MARIADB} crm -e "UPDATE clients SET visits = 2" & done; wait`,
      ),
    mends: site =>
      run(
        site,
        'crm-db',
        `for id in $(${MARIADB} -Ne "SELECT id FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(150)%'"); do ${MARIADB} -e "KILL $id"; done`,
      ),
    fires: { 'crm-db': ['MysqlLockQueue'] },
  },
  {
    what: 'the replica stops replaying',
    breaks: site => run(site, 'db-replica', `${SQL} "SELECT pg_wal_replay_pause()"`),
    mends: site => run(site, 'db-replica', `${SQL} "SELECT pg_wal_replay_resume()"`),
    fires: { 'db-replica': ['PostgresReplicationLag'] },
  },
  {
    what: 'every PHP process waits for something slow',
    breaks: site =>
      start(
        site,
        'visitors',
        'for m in 1 2 3; do for n in $(seq 20); do wget -T 40 -qO- "http://edge/?seconds=25" & done; wait; done',
      ),
    mends: nothing,
    fires: { php: ['PhpFpmSaturated', 'PhpFpmListenQueue'], shop: ['ProbeDown'] },
    follows: IN_FRONT_OF_PHP,
  },
  {
    what: 'somebody guesses the password of Redis',
    breaks: site =>
      start(site, 'cache', 'for n in $(seq 300); do REDISCLI_AUTH=guess redis-cli PING; sleep 0.3; done'),
    mends: nothing,
    fires: { cache: ['RedisLoginsRefused'] },
  },
  {
    what: 'messages flood a queue of RabbitMQ that nobody reads',
    breaks: site =>
      start(
        site,
        'queue',
        `for n in $(seq 20); do { printf 'CONNECT\\nlogin:guest\\npasscode:guest\\n\\n\\0'; for m in $(seq 300); do printf 'SEND\\ndestination:/queue/flood\\n\\nhello\\n\\0'; done; sleep 1; } | nc -w 3 127.0.0.1 61613 >/dev/null; done`,
      ),
    mends: site => run(site, 'queue', 'rabbitmqctl -q delete_queue flood'),
    fires: { queue: ['RabbitmqQueueWithoutConsumer', 'RabbitmqQueueBacklog'] },
  },
  {
    what: 'messages flood a stream of NATS whose consumer is away',
    breaks: site =>
      start(
        site,
        'visitors',
        `for n in $(seq 5); do { printf 'CONNECT {"verbose":false}\\r\\n'; for m in $(seq 3000); do printf 'PUB orders.new answer 3\\r\\none\\r\\n'; done; sleep 2; } | nc -w 4 events 4222 >/dev/null; done`,
      ),
    mends: nothing,
    fires: { events: ['NatsConsumerBacklog'] },
  },
  {
    what: 'messages flood a client of Mosquitto that is away',
    breaks: site =>
      start(
        site,
        'devices',
        'mosquitto_sub -i away -c -q 1 -t flood -W 1; for n in $(seq 20); do seq 1000 | mosquitto_pub -t flood -q 1 -l; sleep 5; done',
      ),
    mends: nothing,
    fires: { devices: ['MosquittoMessagesDropped'] },
  },
  {
    what: 'clients use up the connections of Memcached',
    breaks: site =>
      start(
        site,
        'billing',
        'for n in $(seq 1100); do exec {client}<>/dev/tcp/pages/11211 || break; done; sleep 150',
        'bash',
      ),
    mends: site => void site.compose('restart', '-t', '2', 'pages'),
    fires: { pages: ['MemcachedConnectionsRefused'] },
  },
  {
    what: 'a program takes more memory than its container may have',
    breaks: site =>
      start(
        site,
        'billing',
        'for n in $(seq 9); do JAVA_TOOL_OPTIONS= java -Xms700m -Xmx700m -XX:+AlwaysPreTouch -version; sleep 10; done',
      ),
    mends: nothing,
    fires: { 'node-exporter': ['HostOomKill'] },
    follows: ['billing'],
  },
  {
    what: 'an application sends what is no StatsD',
    breaks: site =>
      start(
        site,
        'billing',
        'for n in $(seq 150); do echo nonsense >/dev/udp/statsd-exporter/9125; sleep 1; done',
        'bash',
      ),
    mends: nothing,
    fires: { statsd: ['StatsdLinesInvalid'] },
  },
  {
    what: 'a job pushes what nobody can read',
    breaks: site =>
      start(
        site,
        'visitors',
        'for n in $(seq 30); do wget -qO- --post-data "no metric" http://pushgateway-exporter:9091/metrics/job/broken; sleep 5; done',
      ),
    mends: nothing,
    fires: { pushgateway: ['PushgatewayAnswersErrors'] },
  },
]
