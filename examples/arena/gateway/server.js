import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { openArena } from './arena.js'
import { measureRequest, serveMetrics } from './metrics.js'
import { leaderboard } from './services.js'

function sendJson(res, status, body) {
  res.writeHead(status, { 'Content-Type': 'application/json' })
  res.end(JSON.stringify(body))
}

async function serveLeaderboard(req, res) {
  measureRequest(req, res, '/leaderboard')
  try {
    sendJson(res, 200, await leaderboard.best())
  } catch (error) {
    console.error(error.message)
    sendJson(res, 502, { error: 'the leaderboard does not answer' })
  }
}

// Neither scrapes nor health checks are measured: they are no traffic.
const pages = {
  '/metrics': serveMetrics,
  '/healthz': (_req, res) => res.end('ok\n'),
  '/leaderboard': serveLeaderboard,
}

function serveNothing(req, res) {
  measureRequest(req, res, 'unmatched')
  sendJson(res, 404, { error: 'no such page' })
}

const server = createServer((req, res) => {
  const [path] = req.url.split('?')
  const serve = req.method === 'GET' && Object.hasOwn(pages, path) ? pages[path] : serveNothing
  serve(req, res)
})
const arena = openArena(server)

async function stop() {
  arena.close()
  server.close()
  await sleep(500)
  process.exit(0)
}
process.once('SIGTERM', stop)
process.once('SIGINT', stop)

server.listen(Number(process.env.PORT ?? 3000), () => console.log('the gateway is open'))
