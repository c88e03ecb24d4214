import client from 'prom-client'

client.collectDefaultMetrics()

const requestDuration = new client.Histogram({
  name: 'http_request_duration_seconds',
  help: 'Time until the response was sent',
  labelNames: ['method', 'route', 'status_code'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
})

const endpoint = '/play'
const counter = (name, help, ...labelNames) => new client.Counter({ name, help, labelNames })

export const matches = counter('matches_finished_total', 'Matches that were played to the end', 'outcome')
const active = new client.Gauge({
  name: 'websocket_connections_active',
  help: 'Open WebSocket connections',
  labelNames: ['endpoint'],
})
const received = counter('websocket_messages_received_total', 'Messages received from players', 'endpoint')
const sent = counter('websocket_messages_sent_total', 'Messages sent to players', 'endpoint')
const errors = counter('websocket_errors_total', 'WebSocket errors, by type', 'endpoint', 'type')

// A counter that first appears with the value 1 shows no increase: what may happen starts at 0.
for (const metric of [active, received, sent]) metric.labels({ endpoint })
for (const type of ['handshake', 'message', 'socket', 'service']) errors.inc({ endpoint, type }, 0)
for (const outcome of ['won', 'draw']) matches.inc({ outcome }, 0)
for (const code of ['200', '502']) {
  requestDuration.zero({ method: 'GET', route: '/leaderboard', status_code: code })
}

export const sockets = {
  opened: () => active.inc({ endpoint }),
  closed: () => active.dec({ endpoint }),
  received: () => received.inc({ endpoint }),
  sent: () => sent.inc({ endpoint }),
  failed: type => errors.inc({ endpoint, type }),
}

/** Counts and times a request under its route, never under its raw URL. */
export function measureRequest(req, res, route) {
  const stop = requestDuration.startTimer()
  res.once('close', () => stop({ method: req.method, route, status_code: res.statusCode }))
}

export async function serveMetrics(_req, res) {
  res.setHeader('Content-Type', client.register.contentType)
  res.end(await client.register.metrics())
}
