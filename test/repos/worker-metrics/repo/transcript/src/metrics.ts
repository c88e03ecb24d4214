import { Registry } from 'prom-client'

export const metricsRegistry = new Registry()
