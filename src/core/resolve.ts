import type { ReceiverTypes } from './alerts/receiver-type.ts'
import { resolveReceivers } from './alerts/receivers.ts'
import type { ParsedConfig } from './config/parse.ts'
import type { Config } from './config/schema.ts'
import { OWN_PREFIX } from './conventions.ts'
import { PROBE_PART, type Registry, stackParts } from './modules/registry.ts'
import { resolveProbes } from './probes.ts'
import { refuseStrangeOwners, refuseTakenNames } from './resolve/names.ts'
import { partTarget } from './resolve/part.ts'
import { serviceTarget } from './resolve/service.ts'
import { publishedPorts, retentionOf } from './resolve/settings.ts'
import type { SecretFile, Stack } from './stack.ts'

/**
 * From vigie.yaml to the complete stack: modules looked up, defaults filled in, names and ports held against each other.
 * @throws UserError with the place in vigie.yaml of the first thing that does not fit
 */
export function resolveStack(parsed: ParsedConfig, registry: Registry, types: ReceiverTypes): Stack {
  const { config } = parsed
  const receivers = resolveReceivers(parsed, types)
  const services = Object.entries(config.services)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, service]) => serviceTarget(name, service, parsed, registry))
  const probes = resolveProbes(parsed)
  const always = stackParts(config)
  const partIds = probes.length === 0 ? always : [...always, PROBE_PART]
  const parts = partIds.map(id => partTarget(registry.get(id), config, probes))
  refuseTakenNames(partIds, services, parsed)
  refuseStrangeOwners(services, receivers, parsed)
  const ports = publishedPorts(parsed)
  const targets = [...parts, ...services]
  const modules = [...new Set(targets.map(target => target.module))]
  return {
    config,
    targets,
    probes,
    modules,
    receivers,
    retention: retentionOf(parsed),
    secrets: secretFiles(
      config,
      receivers.flatMap(one => one.secrets.map(secret => secret.file)),
    ),
    appNetworks: [...new Set([...services, ...probes].flatMap(one => one.networks))].sort(),
    ports,
  }
}

function secretFiles(config: Config, receiverFiles: readonly string[]): SecretFile[] {
  const passwords = Object.values(config.services).flatMap(service => {
    const [form, name] = (service.credentials.password ?? '').split(':')
    return form === 'file' && name ? [name] : []
  })
  const heartbeat = config.alerts.deadManSwitch ? [config.alerts.deadManSwitch.urlFile] : []
  const files = [...new Set(['grafana_admin_password', ...passwords, ...receiverFiles, ...heartbeat])]
  return files.sort().map(file => ({ name: `${OWN_PREFIX}${file}`, file }))
}
