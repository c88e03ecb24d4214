import client from 'prom-client'

client.collectDefaultMetrics()

const requestDuration = new client.Histogram({
  name: 'http_request_duration_seconds',
  help: 'Time until the response was sent',
  labelNames: ['method', 'route', 'status_code'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
})

const inFlight = new client.Gauge({
  name: 'http_requests_in_flight',
  help: 'Requests that are being answered',
})

export const visits = new client.Counter({
  name: 'visits_total',
  help: 'Visits of the front page',
})

// A counter that first appears with the value 1 shows no increase: what may happen starts at 0.
const expected = {
  '/': ['200', '500'],
  '/items/:id': ['200', '404', '500'],
  '/slow': ['200', '500'],
  '/fail': ['500'],
  unmatched: ['404'],
}
for (const [route, codes] of Object.entries(expected)) {
  for (const code of codes) requestDuration.zero({ method: 'GET', route, status_code: code })
}

/** Counts and times each request under its route pattern, never under its raw URL. */
export function measureRequests(req, res, next) {
  const stop = requestDuration.startTimer()
  inFlight.inc()
  res.once('close', () => {
    inFlight.dec()
    const route = req.route ? req.baseUrl + req.route.path : 'unmatched'
    stop({ method: req.method, route, status_code: res.statusCode })
  })
  next()
}

export async function serveMetrics(_req, res) {
  res.set('Content-Type', client.register.contentType)
  res.send(await client.register.metrics())
}
