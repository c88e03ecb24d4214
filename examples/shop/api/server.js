import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import express from 'express'
import { openLive } from './live.js'
import { measureRequests, serveMetrics, visits } from './metrics.js'
import * as store from './store.js'

const app = express()
const server = createServer(app)
const live = openLive(server)

// Before the measurement: neither scrapes nor health checks are traffic.
app.get('/metrics', serveMetrics)
app.get('/healthz', async (_req, res) => {
  await store.ping()
  res.send('ok\n')
})

app.use(measureRequests)

app.get('/', async (_req, res) => {
  const count = await store.addVisit()
  visits.inc()
  live.broadcast({ visits: count })
  res.json({ visits: count })
})

app.get('/items/:id', async (req, res) => {
  const id = /^\d{1,9}$/.test(req.params.id) ? Number(req.params.id) : 0
  const item = await store.findItem(id)
  if (item) res.json(item)
  else res.status(404).json({ error: 'no such item' })
})

app.get('/slow', async (_req, res) => {
  const delay = 150 + Math.random() * 250
  await sleep(delay)
  res.json({ waited_ms: Math.round(delay) })
})

app.get('/fail', () => {
  throw new Error('failed on purpose')
})

app.use((_req, res) => {
  res.status(404).json({ error: 'no such page' })
})

app.use((error, _req, res, next) => {
  console.error(error.message)
  if (res.headersSent) next(error)
  else res.status(500).json({ error: 'something broke' })
})

async function stop() {
  live.close()
  server.close()
  server.closeIdleConnections()
  // Answers in progress get a moment; sockets that stay open must not outlast `docker stop`.
  await sleep(500)
  await store.close()
  process.exit(0)
}
process.once('SIGTERM', stop)
process.once('SIGINT', stop)

await store.open()
server.listen(Number(process.env.PORT ?? 3000), () => console.log('shop api is listening'))
