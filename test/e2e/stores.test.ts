import { it } from 'vitest'
import {
  describeServices,
  expectNone,
  expectPanelsFilled,
  expectRulesHealthy,
  expectTargetsUp,
} from './service-stack.ts'

const IMAGES = [
  'mariadb:12.3',
  'valkey/valkey:9',
  'memcached:1.6-alpine',
  'quay.io/prometheus/mysqld-exporter:v0.20.0',
  'oliver006/redis_exporter:v1.93.0-alpine',
  'quay.io/prometheus/memcached-exporter:v0.16.0',
]

const COMPOSE = `services:
  db:
    image: mariadb:12.3
    command: ["mariadbd", "--max-connections=10"]
    environment: { MARIADB_ROOT_PASSWORD_FILE: /run/secrets/db_password }
    secrets: [db_password]
    volumes: ["./init.sql:/docker-entrypoint-initdb.d/init.sql:ro"]
  sessions:
    image: valkey/valkey:9
    command: ["valkey-server", "--maxmemory", "8mb", "--maxmemory-policy", "noeviction", "--aclfile", "/etc/valkey.acl"]
    volumes: ["./valkey.acl:/etc/valkey.acl:ro"]
  cache:
    image: memcached:1.6-alpine
    command: ["memcached", "-m", "8"]
secrets:
  db_password: { file: ./db_password.txt }
`
const SERVICES = `  db: { kind: mariadb, address: "db:3306", credentials: { user: vigie, password: "file:db_monitoring" } }
  sessions: { kind: valkey, address: "sessions:6379", credentials: { user: vigie, password: "file:sessions_monitoring" } }
  cache: { kind: memcached, address: "cache:11211" }
`
const FILES = {
  'valkey.acl': `user default on nopass ~* &* +@all
user vigie on >look-only -@all +ping +info +config|get +slowlog|len +slowlog|get +latency|latest +latency|histogram +client|setname +client|list +select +cluster|info +cluster|nodes +cluster|slots
`,
  'db_password.txt': 'a root password',
  'init.sql': `CREATE USER 'vigie'@'%' IDENTIFIED BY 'look only' WITH MAX_USER_CONNECTIONS 3;
GRANT PROCESS, BINLOG MONITOR, SLAVE MONITOR ON *.* TO 'vigie'@'%';
`,
  'monitoring/secrets/db_monitoring': 'look only',
  'monitoring/secrets/sessions_monitoring': 'look-only',
}

/** Alerts are asked for by their expression: their `for` is what the unit tests of the rules wait for. */
describeServices(
  'MariaDB, Valkey and Memcached',
  {
    project: 'vigie-e2e-stores',
    port: 21310,
    compose: COMPOSE,
    services: SERVICES,
    files: FILES,
    images: IMAGES,
  },
  stack => {
    it('reads all three with users that may only look', async () => {
      await expectTargetsUp(stack, ['db', 'sessions', 'cache'])
      await expectNone(
        stack,
        'mysql_up == 0 or redis_up == 0 or memcached_up == 0 or mysql_exporter_collector_success == 0',
      )
      await expectRulesHealthy(stack, /^(Mysql|Redis|Memcached)/)
    })

    it('fills every panel', async () => {
      await expectPanelsFilled(stack, ['MySQL', 'Redis', 'Memcached'])
    })

    it('sees connections of MariaDB run out and be refused', async () => {
      stack.exec(
        'db',
        'sh',
        '-c',
        'for n in $(seq 16); do MYSQL_PWD="$(cat /run/secrets/db_password)" mariadb -uroot -e "SELECT SLEEP(15)" & done; wait',
      )
      await stack.fires('MysqlConnectionsRefused', {
        service: 'db',
        error: 'max_connections',
      })
    })

    it('sees Valkey refuse writes when its memory is full', async () => {
      stack.exec(
        'sessions',
        'sh',
        '-c',
        "valkey-cli eval \"for i = 1, 20000 do redis.call('set', 'k' .. i, string.rep('x', 1000)) end\" 0 || true",
      )
      await stack.fires('RedisMemoryHigh', { service: 'sessions', job: 'redis' })
      // A counter that is born at 1 has not increased yet: refused writes have to go on for a while, as they do.
      stack.exec(
        'sessions',
        'sh',
        '-c',
        'for n in $(seq 12); do valkey-cli set one more || true; sleep 1; done',
      )
      await stack.fires('RedisWritesRefused', { service: 'sessions', err: 'OOM' })
    })

    it('tells a stopped server from a stopped exporter', async () => {
      stack.compose('stop', '-t', '2', 'cache', 'db', 'sessions')
      for (const [alert, service] of [
        ['MemcachedDown', 'cache'],
        ['MysqlDown', 'db'],
        ['RedisDown', 'sessions'],
      ] as const)
        await stack.fires(alert, { service })
      stack.compose('stop', '-t', '2', 'cache-exporter')
      await stack.fires('TargetDown', { service: 'cache' })
    })
  },
)
