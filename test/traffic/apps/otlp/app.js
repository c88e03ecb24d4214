// Says of a hundred requests a second what the HTTP instrumentations of OpenTelemetry say, and sends it each second.
import { createServer } from 'node:http'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { detectResources, envDetector } from '@opentelemetry/resources'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'

const reader = new PeriodicExportingMetricReader({
  exporter: new OTLPMetricExporter(),
  exportIntervalMillis: 1000,
  exportTimeoutMillis: 900,
})
const provider = new MeterProvider({ resource: detectResources({ detectors: [envDetector] }), readers: [reader] })
const meter = provider.getMeter('http')
const duration = meter.createHistogram('http.server.request.duration', {
  unit: 's',
  advice: { explicitBucketBoundaries: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] },
})
const orders = meter.createCounter('orders')

let sent = 0
setInterval(() => {
  const failed = sent % 10 === 9
  duration.record(failed ? 0.2 : 0.06, {
    'http.request.method': 'GET',
    'http.route': '/orders/:id',
    'http.response.status_code': failed ? 500 : 200,
  })
  orders.add(1)
  sent += 1
}, 10)

createServer((_, response) => response.end(String(sent))).listen(Number(process.env.PORT), '127.0.0.1')
