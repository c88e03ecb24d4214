import { HOST_GATEWAY, OWN_PREFIX, SECRETS_MOUNT, STACK_NETWORK } from '../conventions.ts'
import { pushes } from '../requests/push.ts'
import { hasAlertmanager, type Stack, type Target } from '../stack.ts'
import type { Context } from './templates.ts'

/** What a module's compose.yaml.hbs may read; every key exists, so that strict templates fail on typos only. */
export function composeContext(stack: Stack, target: Target): Context {
  return {
    service: serviceContext(target),
    exporter: target.exporter ?? { name: target.name, image: '', port: target.port, memory: '' },
    credentials: { user: target.user, database: target.database, password: target.password },
    networks: networksOf(stack, target),
    reachesHost: target.exporter !== undefined && target.host === HOST_GATEWAY,
    secrets: secretsOf(stack, target),
    receiverSecrets: receiverSecrets(stack),
    receiverEnvironment: receiverEnvironment(stack),
    stack: stackContext(stack),
  }
}

export function serviceContext(target: Target): Context {
  return {
    name: target.name,
    kind: target.module.id,
    host: target.host,
    port: target.port,
    address: target.address,
    settings: target.settings,
  }
}

export function stackContext(stack: Stack): Context {
  const { prometheus, nodeExporter } = stack.config.stack
  return {
    project: stack.config.project,
    prometheus: {
      port: stack.ports.prometheus,
      url: publicUrl(stack, 'prometheus'),
      retention: stack.retention,
      retentionSize: prometheus.retentionSize,
      scrapeInterval: prometheus.scrapeInterval,
      memory: prometheus.memory ?? '1g',
      exemplars: stack.config.stack.grafana.traces !== undefined,
      otlp: stack.targets.some(pushes),
    },
    alertmanager: {
      port: stack.ports.alertmanager,
      url: publicUrl(stack, 'alertmanager'),
      memory: stack.config.stack.alertmanager.memory ?? '128m',
    },
    grafana: {
      port: stack.ports.grafana,
      url: publicUrl(stack, 'grafana'),
      memory: stack.config.stack.grafana.memory ?? '512m',
      sendsAlerts: !hasAlertmanager(stack),
    },
    cadvisor: { port: stack.ports.cadvisor, memory: stack.config.stack.cadvisor.memory ?? '256m' },
    nodeExporter: { desktop: nodeExporter.mode === 'desktop', listen: nodeExporter.listen },
  }
}

/** Where people reach a part of the stack from: its own `url`, or loopback on its published port. */
export function publicUrl(stack: Stack, part: 'prometheus' | 'alertmanager' | 'grafana'): string {
  return (stack.config.stack[part].url ?? `http://localhost:${stack.ports[part]}`).replace(/\/$/, '')
}

/**
 * The stack's own network, and the app's where this container has to reach into: an exporter joins its service's, Prometheus
 * those of every service it scrapes itself.
 */
function networksOf(stack: Stack, target: Target): string[] {
  const reached =
    target.module.id === 'prometheus'
      ? stack.targets.filter(one => !one.exporter && !one.isStackPart).flatMap(one => one.networks)
      : target.networks
  return [STACK_NETWORK, ...new Set([...reached].sort())]
}

/** Prometheus logs in itself where a service serves its own metrics. */
function secretsOf(stack: Stack, target: Target): string[] {
  const readers = target.module.id === 'prometheus' ? stack.targets.filter(one => !one.exporter) : [target]
  const files = readers.flatMap(one => one.password?.file ?? [])
  return [...new Set(files)].map(file => file.slice(SECRETS_MOUNT.length + 1)).sort()
}

/** Each once, though two receivers may share a file. */
function receiverSecrets(stack: Stack): string[] {
  const heartbeat = stack.config.alerts.deadManSwitch
  const files = [
    ...stack.receivers.flatMap(one => one.secrets.map(secret => secret.file)),
    ...(heartbeat ? [heartbeat.urlFile] : []),
  ]
  return [...new Set(files)].map(file => `${OWN_PREFIX}${file}`)
}

/** Each variable once, though two receivers may need the same. */
function receiverEnvironment(stack: Stack): { name: string; value: string }[] {
  const variables = new Map(stack.receivers.flatMap(one => Object.entries(one.environment)))
  return [...variables].map(([name, value]) => ({ name, value }))
}
