import { type NewService, serviceValue } from '../core/config/write.ts'
import { CONFIG_FILE, exporterName } from '../core/conventions.ts'
import { UserError } from '../core/errors.ts'
import type { Manifest } from '../core/modules/manifest.ts'
import type { Module } from '../core/modules/module.ts'
import { removeItemFromYaml, setInYaml } from '../core/splice.ts'
import type { DetectedService } from '../detect/detection.ts'
import { applyWorkspace } from './apply.ts'
import type { ChangeOptions } from './generate.ts'
import { look } from './look.ts'
import { recoverTree } from './recover.ts'
import type { Run } from './run.ts'
import { withReachablePassword } from './secrets.ts'
import { kindSetupText } from './setup-text.ts'
import { openWorkspace, proposedWorkspace, type Workspace } from './workspace.ts'

export interface AddOptions extends ChangeOptions {
  readonly address: string | undefined
  readonly network: readonly string[]
}

/** `vigie add <kind> [name]`: the rest comes from detection, or from flags. A kind may be asked for by an alias. */
export async function addCommand(
  run: Run,
  asked: string,
  name: string | undefined,
  options: AddOptions,
): Promise<number> {
  recoverTree(run)
  const workspace = openWorkspace(run.root)
  const { service, setup } = newService(run, workspace, asked, name, options)
  const taken = Object.keys(workspace.parsed.config.services)
  if (taken.includes(service.name))
    throw new UserError(`vigie.yaml already has a service "${service.name}".`, {
      hint: `vigie add ${asked} another-name --address host:port`,
    })
  const value = { yaml: serviceValue(withReachablePassword(service, workspace.stack.config.attach)) }
  const added = setInYaml(CONFIG_FILE, workspace.text, ['services', service.name], value)
  // What is watched is declined no longer.
  const text = workspace.parsed.config.ignore.includes(service.name)
    ? removeItemFromYaml(CONFIG_FILE, added, ['ignore'], service.name)
    : added
  const config = { text, why: `watches ${service.name}` }
  const { onConflict, upgrade, apply } = options
  const after = proposedWorkspace(run.root, text)
  const code = await applyWorkspace(run, after, { config, onConflict, upgrade, live: { apply } })
  if (code === 0 && !run.options.dryRun) run.say(setup)
  return code
}

/** @throws UserError where that is the name of a service, which says its kind */
function kindOf({ registry }: Workspace, asked: string, found: readonly DetectedService[]): Module {
  const named = found.find(one => one.name === asked)
  if (named === undefined || registry.has(asked)) return registry.kind(asked)
  const module = registry.kind(named.kind)
  if (module.manifest.aliases.includes(asked)) return module
  throw new UserError(`${asked} is a service, and no kind of one.`, {
    hint: `vigie add ${named.kind} ${asked}`,
  })
}

/** Where applications send to, for kinds whose exporter is the service itself. */
const ownAddress = ({ endpoint, port }: Manifest, name: string): string | undefined =>
  endpoint.exporter?.receives && port ? `${exporterName(name)}:${port}` : undefined

/** The service, and what the user has to do for it. */
function newService(
  run: Run,
  workspace: Workspace,
  asked: string,
  name: string | undefined,
  options: AddOptions,
): { readonly service: NewService; readonly setup: string } {
  const found = look(run, workspace.stack.config.compose).services
  const module = kindOf(workspace, asked, found)
  const { id: kind, manifest } = module
  const watched = Object.keys(workspace.parsed.config.services)
  const seen = found.find(
    one => one.kind === kind && (name === undefined ? !watched.includes(one.name) : one.name === name),
  )
  const address = options.address ?? seen?.address ?? ownAddress(manifest, name ?? asked)
  if (address === undefined)
    throw new UserError(`No ${asked} that is not watched yet was seen in the Compose file.`, {
      hint: `vigie add ${asked} ${name ?? 'name'} --address host:port`,
    })
  const service = {
    name: name ?? seen?.name ?? asked,
    kind,
    address,
    metricsPath: seen?.metricsPath,
    metricsPort: seen?.metricsPort,
    networks: options.network.length > 0 ? options.network : (seen?.networks ?? []),
    replicas: seen?.replicas ?? 1,
    credentials: seen?.credentials ?? {},
    settings: seen?.settings ?? {},
  }
  const { output } = workspace.stack.config
  return { service, setup: kindSetupText(output, service.name, module, seen?.instrumented) }
}
