import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { createClient } from 'redis'

const env = process.env

const database = new pg.Pool({
  host: env.DATABASE_HOST,
  user: env.DATABASE_USER,
  database: env.DATABASE_NAME,
  password: (await readFile(env.DATABASE_PASSWORD_FILE, 'utf8')).trim(),
  max: 10,
  connectionTimeoutMillis: 2000,
})
const cache = createClient({ url: env.REDIS_URL, disableOfflineQueue: true })

// Both reconnect by themselves; without a listener the first lost connection would end the process.
database.on('error', error => console.error('database:', error.message))
cache.on('error', error => console.error('cache:', error.message))

export async function open() {
  await cache.connect()
  await database.query(`
    CREATE TABLE IF NOT EXISTS visits (id bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT now());
    CREATE TABLE IF NOT EXISTS items (id integer PRIMARY KEY, name text NOT NULL);
    INSERT INTO items VALUES (1, 'lamp'), (2, 'chair'), (3, 'table'), (4, 'shelf'), (5, 'clock')
      ON CONFLICT DO NOTHING`)
}

export async function addVisit() {
  const [visits] = await Promise.all([cache.incr('visits'), database.query('INSERT INTO visits DEFAULT VALUES')])
  return visits
}

export async function findItem(id) {
  const { rows } = await database.query('SELECT id, name FROM items WHERE id = $1', [id])
  return rows[0]
}

export const ping = () => Promise.all([cache.ping(), database.query('SELECT 1')])

export const close = () => Promise.allSettled([cache.close(), database.end()])
