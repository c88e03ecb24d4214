import { readFile } from 'node:fs/promises'
import fastify from 'fastify'
import metrics from 'fastify-metrics'
import pg from 'pg'

const env = process.env
const database = new pg.Pool({
  host: env.DATABASE_HOST,
  user: env.DATABASE_USER,
  database: env.DATABASE_NAME,
  password: (await readFile(env.DATABASE_PASSWORD_FILE, 'utf8')).trim(),
  max: 10,
  connectionTimeoutMillis: 2000,
})
// The pool reconnects by itself; without a listener a lost connection would end the process.
database.on('error', error => console.error('database:', error.message))

const app = fastify()
app.setErrorHandler((error, _req, reply) => {
  const status = error.statusCode ?? 500
  if (status >= 500) console.error(error.message)
  reply.status(status).send({ error: status >= 500 ? 'something broke' : error.message })
})

await app.register(metrics, {
  endpoint: '/metrics',
  routeMetrics: {
    enabled: { histogram: true, summary: false },
    registeredRoutesOnly: false,
    overrides: { histogram: { buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] } },
    routeBlacklist: ['/healthz'],
  },
})

app.get('/healthz', async () => {
  await database.query('SELECT 1')
  return 'ok\n'
})

const name = { type: 'string', pattern: '^[a-z0-9-]{1,20}$' }
const result = { type: 'object', required: ['winner', 'loser'], properties: { winner: name, loser: name } }

app.post('/results', { schema: { body: result } }, async ({ body: { winner, loser } }, reply) => {
  // In the order of names: two results of the same players would wait for each other otherwise.
  await database.query(
    `INSERT INTO players
       SELECT * FROM (VALUES ($1::text, 1, 0), ($2::text, 0, 1)) AS result (name, won, lost) ORDER BY name
     ON CONFLICT (name) DO UPDATE SET won = players.won + excluded.won, lost = players.lost + excluded.lost`,
    [winner, loser],
  )
  reply.status(204)
})

app.get('/players', async () => {
  const { rows } = await database.query('SELECT name, won, lost FROM players ORDER BY won DESC, lost LIMIT 10')
  return rows
})

await database.query(
  'CREATE TABLE IF NOT EXISTS players (name text PRIMARY KEY, won integer NOT NULL, lost integer NOT NULL)',
)
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, async () => {
    await app.close()
    await database.end()
    process.exit(0)
  })
}
await app.listen({ host: '0.0.0.0', port: Number(env.PORT ?? 3000) })
console.log('the leaderboard is open')
