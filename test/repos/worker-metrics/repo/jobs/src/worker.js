const http = require('http')
const { Worker } = require('bullmq')
const { register } = require('prom-client')

new Worker('mail', async job => job)
const port = Number(process.env.METRICS_PORT ?? 9464)
http.createServer(async (_, response) => response.end(await register.metrics())).listen(port)
