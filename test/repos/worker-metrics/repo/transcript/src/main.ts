import { createServer } from 'node:http'
import { config } from './config.js'
import { metricsRegistry } from './metrics.js'

createServer((_, response) => {
  metricsRegistry
    .metrics()
    .then(body => response.end(body))
}).listen(config.metricsPort)
