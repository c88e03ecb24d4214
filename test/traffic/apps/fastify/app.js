import fastify from 'fastify'
import metrics from 'fastify-metrics'

const app = fastify()
await app.register(metrics.default ?? metrics, {
  endpoint: '/metrics',
  routeMetrics: { enabled: { histogram: true, summary: false }, registeredRoutesOnly: false },
})

app.get('/', async () => 'ok')
app.get('/hello/:name', async req => `hello ${req.params.name}`)
app.get('/items/:id', async (_req, reply) => reply.code(404).send())
app.post('/items', async (_req, reply) => reply.code(201).send())
app.get('/slow', async req => {
  await new Promise(done => setTimeout(done, Number(req.query.ms)))
  return 'ok'
})
app.get('/boom', async () => {
  throw new Error('boom')
})
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
