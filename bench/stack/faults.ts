import { appendFileSync, copyFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Fault, IN_FRONT_OF_PHP, MARIADB, run, SQL } from './fault.ts'
import { FLOODS } from './floods.ts'

const REDIS = 'REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli'
const PASSWORD_OF_DB = (password: string): string => `${SQL} "ALTER USER bazaar PASSWORD '${password}'"`

const hanging = (service: string, alert: string, follows: readonly string[] = []): Fault => ({
  what: `${service} hangs`,
  breaks: site => void site.compose('pause', service),
  mends: site => void site.compose('unpause', service),
  fires: { [service]: [alert] },
  follows,
})

const gone = (service: string, fires: Fault['fires'], follows: readonly string[] = []): Fault => ({
  what: `${service} is gone`,
  breaks: site => void site.compose('stop', '-t', '2', service),
  mends: site => void site.compose('start', service),
  fires,
  follows,
})

/** Servers that take connections and answer nothing: nobody refuses, everybody waits. */
const HANGS: readonly Fault[] = [
  hanging('crm-db', 'TargetDown'),
  hanging('cache', 'TargetDown'),
  hanging('pages', 'MemcachedDown'),
  hanging('queue', 'TargetDown'),
  hanging('events', 'TargetDown'),
  hanging('billing', 'TargetDown', ['statsd']),
  hanging('legacy', 'TargetDown', ['balancer', 'host']),
]

const LOCKED_OUT: readonly Fault[] = [
  {
    what: 'the password of PostgreSQL is changed, and PgBouncer has to log in anew',
    breaks: site => {
      run(site, 'db', PASSWORD_OF_DB('other'))
      site.compose('restart', '-t', '1', 'pool')
    },
    mends: site => run(site, 'db', PASSWORD_OF_DB('primary')),
    fires: {
      db: ['PostgresDown'],
      'db-replica': ['PostgresDown'],
      pool: ['PgbouncerServerUnreachable'],
    },
    follows: ['orders-port'],
  },
  {
    what: 'the password of MariaDB is changed',
    breaks: site => run(site, 'crm-db', `${MARIADB} -e "ALTER USER root@'%' IDENTIFIED BY 'other'"`),
    mends: site =>
      run(site, 'crm-db', `${MARIADB} -e "ALTER USER root@'%' IDENTIFIED BY '$MARIADB_ROOT_PASSWORD'"`),
    fires: { 'crm-db': ['MysqlDown'] },
  },
  {
    what: 'the password of Redis is changed',
    breaks: site => run(site, 'cache', `${REDIS} CONFIG SET requirepass other`),
    mends: site =>
      run(site, 'cache', 'REDISCLI_AUTH=other redis-cli CONFIG SET requirepass "$REDIS_PASSWORD"'),
    fires: { cache: ['RedisDown'] },
  },
  {
    what: 'the folder of Valkey can no longer be written',
    breaks: site =>
      void site.compose(
        'exec',
        '-T',
        '-u',
        'root',
        'sessions',
        'sh',
        '-c',
        'chown root /data; chmod 555 /data; valkey-cli BGSAVE',
      ),
    mends: site =>
      void site.compose(
        'exec',
        '-T',
        '-u',
        'root',
        'sessions',
        'sh',
        '-c',
        'chmod 777 /data; valkey-cli BGSAVE',
      ),
    fires: { sessions: ['RedisPersistenceFailing'] },
  },
  {
    what: 'RabbitMQ has less disk left than it wants',
    breaks: site => run(site, 'queue', 'rabbitmqctl -q set_disk_free_limit 9000GB'),
    mends: site => run(site, 'queue', 'rabbitmqctl -q set_disk_free_limit 50MB'),
    fires: { queue: ['RabbitmqDiskAlarm'] },
  },
  {
    what: 'Caddy is given a certificate that is not there',
    breaks: site => {
      copyFileSync(join(site.root, 'edge/Caddyfile'), join(site.root, 'edge/Caddyfile.good'))
      appendFileSync(join(site.root, 'edge/Caddyfile'), ':8443 {\n\ttls /no.pem /no.key\n}\n')
      run(site, 'edge', 'caddy reload --config /etc/caddy/Caddyfile --adapter caddyfile 2>/dev/null || true')
    },
    mends: site => {
      copyFileSync(join(site.root, 'edge/Caddyfile.good'), join(site.root, 'edge/Caddyfile'))
      run(site, 'edge', 'caddy reload --force --config /etc/caddy/Caddyfile --adapter caddyfile 2>/dev/null')
    },
    fires: { edge: ['CaddyReloadFailed'] },
  },
  {
    what: 'a rule file of the user is broken when Prometheus reloads',
    breaks: site => {
      writeFileSync(join(site.root, 'monitoring/prometheus/rules/local/broken.yml'), 'groups: [')
      site.compose('kill', '-s', 'HUP', 'prometheus')
    },
    mends: site => {
      rmSync(join(site.root, 'monitoring/prometheus/rules/local/broken.yml'))
      site.compose('kill', '-s', 'HUP', 'prometheus')
    },
    fires: { prometheus: ['PrometheusConfigReloadFailed'] },
  },
]

const GONE: readonly Fault[] = [
  gone(
    'db',
    {
      db: ['PostgresDown', 'ContainerMissing'],
      'db-replica': ['PostgresReplicaDisconnected'],
      pool: ['PgbouncerServerUnreachable'],
    },
    ['orders-port', 'orders'],
  ),
  gone('legacy', {
    legacy: ['ApacheDown'],
    balancer: ['HaproxyBackendDown', 'HaproxyServerDown'],
    host: ['ProbeDown'],
  }),
  gone('php', { php: ['PhpFpmDown'], shop: ['ProbeDown'] }, IN_FRONT_OF_PHP),
  gone('sessions-exporter', { sessions: ['TargetDown'] }, ['sessions-exporter']),
  gone('statsd-exporter', { statsd: ['TargetDown'] }, ['statsd-exporter']),
  gone('events', { events: ['NatsUnhealthy'] }),
]

/** What breaks at the same time has nothing to do with each other. */
export const ROUNDS: readonly (readonly [title: string, faults: readonly Fault[]])[] = [
  ['servers hang', HANGS],
  ['logins, folders and configurations go wrong', LOCKED_OUT],
  ['locks, floods and guesses', FLOODS],
  ['servers are gone', GONE],
]
