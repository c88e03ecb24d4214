import express from 'express'
import client from 'prom-client'
import { WebSocketServer } from 'ws'

const app = express()

client.collectDefaultMetrics()
const duration = new client.Histogram({
  name: 'http_request_duration_seconds',
  help: 'Time until the response was sent',
  labelNames: ['method', 'route', 'status_code'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
})
const inFlight = new client.Gauge({ name: 'http_requests_in_flight', help: 'Requests being answered' })

app.get('/metrics', async (_req, res) => {
  res.set('Content-Type', client.register.contentType)
  res.send(await client.register.metrics())
})
app.use((req, res, next) => {
  const stop = duration.startTimer()
  inFlight.inc()
  res.once('close', () => {
    inFlight.dec()
    stop({ method: req.method, route: req.route ? req.baseUrl + req.route.path : 'unmatched', status_code: res.statusCode })
  })
  next()
})

app.get('/', (_req, res) => res.send('ok'))
app.get('/hello/:name', (req, res) => res.send(`hello ${req.params.name}`))
app.get('/items/:id', (_req, res) => res.sendStatus(404))
app.post('/items', (_req, res) => res.sendStatus(201))
app.get('/slow', (req, res) => setTimeout(() => res.send('ok'), Number(req.query.ms)))
app.get('/boom', () => {
  throw new Error('boom')
})
app.use((_error, _req, res, _next) => res.sendStatus(500))

const labels = { endpoint: '/live' }
const connections = new client.Gauge({ name: 'websocket_connections_active', help: 'Open sockets', labelNames: ['endpoint'] })
const received = new client.Counter({ name: 'websocket_messages_received_total', help: 'Messages in', labelNames: ['endpoint'] })
const sent = new client.Counter({ name: 'websocket_messages_sent_total', help: 'Messages out', labelNames: ['endpoint'] })
const errors = new client.Counter({ name: 'websocket_errors_total', help: 'Bad messages', labelNames: ['endpoint', 'type'] })
errors.inc({ ...labels, type: 'message' }, 0)

const server = app.listen(Number(process.env.PORT), '127.0.0.1')
new WebSocketServer({ server, path: '/live' }).on('connection', socket => {
  connections.inc(labels)
  socket.on('close', () => connections.dec(labels))
  socket.on('message', data => {
    received.inc(labels)
    if (String(data) === 'bad') return errors.inc({ ...labels, type: 'message' })
    socket.send(`echo ${data}`)
    sent.inc(labels)
  })
})
