import client from 'prom-client'
import { WebSocket, WebSocketServer } from 'ws'

const endpoint = '/live'
const labelNames = ['endpoint']

const active = new client.Gauge({
  name: 'websocket_connections_active',
  help: 'Open WebSocket connections',
  labelNames,
})
const opened = new client.Counter({
  name: 'websocket_connections_total',
  help: 'WebSocket connections accepted',
  labelNames,
})
const closed = new client.Counter({
  name: 'websocket_disconnections_total',
  help: 'WebSocket connections closed, by close code',
  labelNames: ['endpoint', 'code'],
})
const received = new client.Counter({
  name: 'websocket_messages_received_total',
  help: 'Messages received from clients',
  labelNames,
})
const sent = new client.Counter({
  name: 'websocket_messages_sent_total',
  help: 'Messages sent to clients',
  labelNames,
})
const receivedBytes = new client.Counter({
  name: 'websocket_received_bytes_total',
  help: 'Payload bytes received from clients',
  labelNames,
})
const sentBytes = new client.Counter({
  name: 'websocket_sent_bytes_total',
  help: 'Payload bytes sent to clients',
  labelNames,
})
const errors = new client.Counter({
  name: 'websocket_errors_total',
  help: 'WebSocket errors, by type',
  labelNames: ['endpoint', 'type'],
})
const lifetime = new client.Histogram({
  name: 'websocket_connection_duration_seconds',
  help: 'Lifetime of closed connections',
  labelNames,
  buckets: [1, 5, 15, 60, 300, 900, 3600, 14400],
})
const processing = new client.Histogram({
  name: 'websocket_message_processing_seconds',
  help: 'Time spent on a received message',
  labelNames,
  buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2.5],
})

for (const metric of [active, opened, received, sent, receivedBytes, sentBytes]) {
  metric.labels({ endpoint })
}
for (const type of ['handshake', 'message', 'socket']) errors.inc({ endpoint, type }, 0)
for (const code of ['1000', '1001', '1006']) closed.inc({ endpoint, code }, 0)
lifetime.zero({ endpoint })
processing.zero({ endpoint })

function send(socket, message) {
  if (socket.readyState !== WebSocket.OPEN) return
  const text = JSON.stringify(message)
  socket.send(text)
  sent.inc({ endpoint })
  sentBytes.inc({ endpoint }, Buffer.byteLength(text))
}

function onMessage(socket, data) {
  const stop = processing.startTimer({ endpoint })
  received.inc({ endpoint })
  receivedBytes.inc({ endpoint }, data.length)
  try {
    send(socket, { echo: JSON.parse(data.toString()) })
  } catch {
    errors.inc({ endpoint, type: 'message' })
    send(socket, { error: 'not JSON' })
  } finally {
    stop()
  }
}

/** Opens /live on the HTTP server; what it returns tells every client something. */
export function openLive(server) {
  const sockets = new WebSocketServer({ server, path: endpoint, maxPayload: 16 * 1024 })
  sockets.on('wsClientError', (_error, socket) => {
    errors.inc({ endpoint, type: 'handshake' })
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
  })
  sockets.on('connection', socket => {
    const stop = lifetime.startTimer({ endpoint })
    active.inc({ endpoint })
    opened.inc({ endpoint })
    socket.on('message', data => onMessage(socket, data))
    socket.on('error', () => errors.inc({ endpoint, type: 'socket' }))
    socket.on('close', code => {
      stop()
      active.dec({ endpoint })
      closed.inc({ endpoint, code })
    })
  })
  return {
    broadcast: message => sockets.clients.forEach(socket => send(socket, message)),
    close: () => sockets.clients.forEach(socket => socket.close(1001)),
  }
}
