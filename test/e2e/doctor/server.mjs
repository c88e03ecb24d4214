// Every way a service can answer a scrape, one a port. 8080 is the one that does it right.
import { createServer } from 'node:http'

const METRICS =
  '# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds 1700000000\n# TYPE http_request_duration_seconds histogram\n'
const text = { 'content-type': 'text/plain; version=0.0.4' }
const WAYS = {
  8080: (request, response) =>
    request.url === '/metrics' ? response.writeHead(200, text).end(METRICS) : response.writeHead(404).end(),
  8081: (_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><h1>Welcome</h1>'),
  8082: (_, response) => response.writeHead(401, { 'www-authenticate': 'Basic' }).end(),
  8083: () => undefined,
  8084: (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"up":1}'),
  8085: (_, response) => response.writeHead(500).end(),
  8086: (_, response) => response.writeHead(302, { location: '/login' }).end(),
  8088: (_, response) =>
    response.writeHead(200, text).end('# TYPE jobs_done_total counter\njobs_done_total 4\n'),
  8087: (_, response) => response.writeHead(200, text).end(''),
  8089: (_, response) => response.writeHead(302, { location: 'https://login.example.invalid/' }).end(),
  8090: (_, response) => response.writeHead(200, { ...text, 'content-encoding': 'gzip' }).end(METRICS),
}
for (const [port, answer] of Object.entries(WAYS)) createServer(answer).listen(Number(port))
process.on('SIGTERM', () => process.exit(0))
