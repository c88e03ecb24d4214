import type { Config } from '../config/schema.ts'
import { HOST_GATEWAY } from '../conventions.ts'
import type { Module } from '../modules/module.ts'
import { PROBE_PART } from '../modules/registry.ts'
import type { Probe, Target } from '../stack.ts'

/** A part of the stack itself as a target. */
export function partTarget(module: Module, config: Config, probes: readonly Probe[]): Target {
  const port = module.manifest.port ?? 80
  const onHost = module.id === 'node-exporter' && config.stack.nodeExporter.mode === 'host'
  const listenPort = config.stack.nodeExporter.listen.split(':')[1] ?? '9100'
  return {
    name: module.id,
    module,
    isStackPart: true,
    host: module.id,
    port,
    address: `${module.id}:${port}`,
    scrapeAddress: onHost ? `${HOST_GATEWAY}:${listenPort}` : `${module.id}:${port}`,
    metricsPath: module.manifest.endpoint.native?.path ?? '/metrics',
    replicas: 1,
    networks: module.id === PROBE_PART ? [...new Set(probes.flatMap(probe => probe.networks))].sort() : [],
    container: module.id,
    exporter: undefined,
    user: undefined,
    database: undefined,
    password: undefined,
    settings: {},
    requests: undefined,
    thresholds: undefined,
    metricsTls: false,
    runtime: undefined,
    counters: [],
    slo: undefined,
    owner: undefined,
  }
}
