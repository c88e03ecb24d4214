import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'vitest'
import {
  describeServices,
  expectNone,
  expectPanelsFilled,
  expectRulesHealthy,
  expectTargetsUp,
} from './service-stack.ts'
import { ok, until } from './stack.ts'

const POSTGRES = 'postgres:18-alpine'
const IMAGES = [
  POSTGRES,
  'vigie-e2e/pgbouncer',
  'quay.io/prometheuscommunity/postgres-exporter:v0.20.1',
  'quay.io/prometheuscommunity/pgbouncer-exporter:v0.12.1',
]
const hasOpenssl = ok('openssl', ['version'])

/** A primary with a replica and a pooler, another database on a network of its own, and one far away behind TLS. */
const COMPOSE = `services:
  db:
    image: ${POSTGRES}
    command: ["postgres", "-c", "max_connections=30"]
    environment: { POSTGRES_PASSWORD: primary, POSTGRES_DB: shop }
    volumes: ["./db:/docker-entrypoint-initdb.d:ro"]
  replica:
    image: ${POSTGRES}
    user: postgres
    environment: { PGPASSWORD: copy, PGDATA: /tmp/replica }
    entrypoint: ["sh", "-c", "until pg_isready -qh db; do sleep 1; done; pg_basebackup -h db -U replicator -D $$PGDATA -R -C -S replica && chmod 700 $$PGDATA && exec postgres -c max_connections=30"]
  pool:
    image: vigie-e2e/pgbouncer
    user: postgres
    command: ["pgbouncer", "/etc/pool/pgbouncer.ini"]
    volumes: ["./pool:/etc/pool:ro"]
  accounts:
    image: ${POSTGRES}
    environment: { POSTGRES_PASSWORD: books, POSTGRES_USER: clerk }
    networks: [backoffice]
  managed:
    image: ${POSTGRES}
    environment: { POSTGRES_PASSWORD: far-away }
    entrypoint: ["sh", "-c", "install -o postgres -m 600 /tls/server.key /tmp/server.key && exec docker-entrypoint.sh postgres -c ssl=on -c ssl_cert_file=/tls/server.crt -c ssl_key_file=/tmp/server.key"]
    volumes: ["./tls:/tls:ro"]
    networks: { vigie: { aliases: [pg.cloud.test] } }
networks: { backoffice: {} }
`
const SERVICES = `  db: { kind: postgres, address: "db:5432", credentials: { user: vigie, database: shop, password: "file:db_monitoring" } }
  replica: { kind: postgres, address: "replica:5432", credentials: { user: vigie, database: shop, password: "file:db_monitoring" } }
  accounts: { kind: postgres, address: "accounts:5432", networks: [backoffice], credentials: { user: clerk, database: clerk, password: "env:ACCOUNTS_PASSWORD" } }
  managed: { kind: postgres, address: "pg.cloud.test:5432", sslmode: verify-full, tlsCa: ca.pem, credentials: { database: postgres, password: "file:managed_password" } }
  pool: { kind: pgbouncer, address: "pool:6432", credentials: { user: vigie, password: "file:db_monitoring" } }
`
const FILES = {
  '.env': 'ACCOUNTS_PASSWORD=books\n',
  'db/roles.sh': `echo "host replication replicator all scram-sha-256" >> "$PGDATA/pg_hba.conf"
psql -U postgres -d shop <<S
CREATE USER replicator REPLICATION PASSWORD 'copy';
CREATE USER vigie PASSWORD 'look-only' CONNECTION LIMIT 5;
GRANT pg_monitor TO vigie;
CREATE TABLE orders AS SELECT generate_series(1, 1000) AS id;
S
`,
  'pool/pgbouncer.ini': `[databases]
shop = host=db port=5432 user=postgres password=primary pool_size=2
[pgbouncer]
listen_addr = *
listen_port = 6432
auth_type = plain
auth_file = /etc/pool/users.txt
stats_users = vigie
ignore_startup_parameters = extra_float_digits
`,
  'pool/users.txt': '"vigie" "look-only"\n"postgres" "primary"\n',
  'monitoring/secrets/db_monitoring': 'look-only',
  'monitoring/secrets/managed_password': 'far-away',
}

/** A certificate that is its own authority, for the name under which the far database is reached. */
function certificate(): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-tls-'))
  const [key, crt] = [join(folder, 'key'), join(folder, 'crt')]
  const subject = ['-subj', '/CN=pg.cloud.test', '-addext', 'subjectAltName=DNS:pg.cloud.test']
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject, '-keyout', key, '-out', crt],
    {
      stdio: 'ignore',
    },
  )
  const files = {
    'tls/server.key': readFileSync(key, 'utf8'),
    'tls/server.crt': readFileSync(crt, 'utf8'),
    'monitoring/certs/ca.pem': readFileSync(crt, 'utf8'),
  }
  rmSync(folder, { recursive: true })
  return files
}

/** Alerts are asked for by their expression: their `for` is what the unit tests of the rules wait for. */
describeServices(
  'PostgreSQL in its variants',
  {
    project: 'vigie-e2e-postgres',
    port: 21320,
    compose: COMPOSE,
    services: SERVICES,
    files: { ...FILES, ...(hasOpenssl ? certificate() : {}) },
    images: IMAGES,
    lacking: hasOpenssl ? undefined : 'there is no openssl to make a certificate with',
  },
  stack => {
    const sql = (service: string, statement: string): string =>
      stack.exec(
        service,
        'psql',
        '-h',
        '/var/run/postgresql',
        '-U',
        'postgres',
        '-d',
        'shop',
        '-c',
        statement,
      )

    it('reads all of them, each its own way', async () => {
      await expectTargetsUp(stack, ['db', 'replica', 'accounts', 'managed', 'pool'])
      await expectNone(
        stack,
        'pg_up == 0 or pgbouncer_up == 0 or pg_scrape_collector_success == 0 or (pg_replication_is_replica == 1) != on (service) (pg_replication_is_replica{service="replica"})',
      )
      await expectRulesHealthy(stack, /^(Postgres|Pgbouncer)/)
    })

    it('fills every panel', async () => {
      // A replica that has replayed nothing yet knows no age of its data.
      sql('db', 'INSERT INTO orders VALUES (0)')
      await until('the replica has replayed', () =>
        sql('replica', 'SELECT pg_last_xact_replay_timestamp() IS NOT NULL AS replayed').includes(' t')
          ? true
          : undefined,
      )
      sql('replica', 'SELECT pg_wal_replay_pause()')
      sql('db', 'INSERT INTO orders SELECT generate_series(1, 50000)')
      stack.exec(
        'db',
        'sh',
        '-c',
        'PGPASSWORD=primary psql -h pool -p 6432 -U postgres shop -c "SELECT count(*) FROM orders"',
      )
      await expectPanelsFilled(stack, ['PostgreSQL', 'PgBouncer'])
    })

    /** Clients that hold their connection for a while, in the background. */
    const hold = (service: string, clients: number, psql: string): void =>
      void stack.compose(
        'exec',
        '-d',
        service,
        'sh',
        '-c',
        `for n in $(seq ${clients}); do ${psql} -c 'SELECT pg_sleep(60)' & done; wait`,
      )

    it('sees clients wait for the pool', async () => {
      hold('pool', 4, 'PGPASSWORD=primary psql -h localhost -p 6432 -U postgres shop')
      await stack.fires('PgbouncerWaitLong', { service: 'pool', database: 'shop' })
    })

    it('sees the connections of the primary run out', async () => {
      hold('db', 21, 'psql -h /var/run/postgresql -U postgres')
      await stack.fires('PostgresConnectionsHigh', { service: 'db' })
    })

    it('sees the replica fall behind and lose its primary, and a stopped database of each kind', async () => {
      await stack.fires('PostgresReplicationLag', { service: 'replica' })
      stack.compose('stop', '-t', '2', 'managed', 'accounts', 'pool', 'db')
      await stack.fires('PostgresReplicaDisconnected', { service: 'replica' })
      await stack.fires('PostgresDown', { service: 'managed', instance: 'pg.cloud.test:5432' })
      await stack.fires('PostgresDown', { service: 'accounts' })
      await stack.fires('PgbouncerDown', { service: 'pool' })
    })
  },
)
