import { parseDocument } from 'yaml'
import { type NewService, serviceLine } from '../core/config/write.ts'
import { UserError } from '../core/errors.ts'
import { closest } from '../core/suggest.ts'
import { detect } from '../detect/detect.ts'
import { repoView } from '../detect/repo.ts'
import { applyWorkspace } from './apply.ts'
import type { OnConflict } from './generate.ts'
import { openWorkspace, type Run, workspaceOf } from './workspace.ts'

export interface AddOptions {
  readonly address: string | undefined
  readonly network: readonly string[]
  readonly onConflict: OnConflict
}

/** `vigie add <kind> [name]`: the rest comes from detection, or from flags. */
export async function addCommand(
  run: Run,
  kind: string,
  name: string | undefined,
  options: AddOptions,
): Promise<number> {
  const workspace = openWorkspace(run.root)
  workspace.registry.get(kind)
  const service = newService(run, workspace, kind, name, options)
  const taken = Object.keys(workspace.parsed.config.services)
  if (taken.includes(service.name))
    throw new UserError(`vigie.yaml already has a service "${service.name}".`, {
      hint: `vigie add ${kind} another-name --address host:port`,
    })
  const text = withService(workspace.text, service)
  return applyWorkspace(run, workspaceOf(run.root, text), { config: text, onConflict: options.onConflict })
}

/** `vigie remove <name>`: files that were only its own go; containers and volumes stay. */
export async function removeCommand(run: Run, name: string, onConflict: OnConflict): Promise<number> {
  const workspace = openWorkspace(run.root)
  const names = Object.keys(workspace.parsed.config.services)
  if (!names.includes(name)) {
    const near = closest(name, names)
    throw new UserError(`vigie.yaml has no service "${name}"${near ? ` — did you mean "${near}"?` : '.'}`, {
      hint: 'vigie list   shows them',
    })
  }
  const text = withoutService(workspace.text, name)
  const code = await applyWorkspace(run, workspaceOf(run.root, text), { config: text, onConflict })
  if (code === 0 && !run.options.dryRun)
    run.say(
      'No container or volume was touched. To stop what is no longer in the stack:  docker compose up -d --remove-orphans\n',
    )
  return code
}

function newService(
  run: Run,
  workspace: ReturnType<typeof openWorkspace>,
  kind: string,
  name: string | undefined,
  options: AddOptions,
): NewService {
  const watched = Object.keys(workspace.parsed.config.services)
  const found = detect(repoView(run.root), workspace.registry, workspace.stack.config.compose).services
  const seen = found.find(
    one => one.kind === kind && (name === undefined ? !watched.includes(one.name) : one.name === name),
  )
  const address = options.address ?? seen?.address
  if (address === undefined)
    throw new UserError(`No ${kind} that is not watched yet was seen in the Compose file.`, {
      hint: `vigie add ${kind} ${name ?? 'name'} --address host:port`,
    })
  return {
    name: name ?? seen?.name ?? kind,
    kind,
    address,
    networks: options.network.length > 0 ? options.network : (seen?.networks ?? []),
    replicas: seen?.replicas ?? 1,
    credentials: seen?.credentials ?? {},
    settings: seen?.settings ?? {},
  }
}

/** vigie.yaml with one more service at the end of `services`, in the indentation of its neighbours. */
export function withService(text: string, service: NewService): string {
  const document = parseDocument(text)
  const services: unknown = document.get('services', true)
  const range = rangeOf(services)
  const line = serviceLine(service)
  if (range === undefined) return `${text.trimEnd()}\n\nservices:\n  ${line}\n`
  const [start, end] = range
  if (text.slice(start, end).trim() === '{}')
    return `${text.slice(0, start).trimEnd()}\n  ${line}${text.slice(start + 2)}`
  const column = start - (text.lastIndexOf('\n', start - 1) + 1)
  const body = text.slice(0, end).trimEnd()
  return `${body}\n${' '.repeat(column)}${line}\n${text.slice(end).replace(/^\n?/, text.slice(body.length, end).includes('\n\n') ? '\n' : '')}`
}

/** vigie.yaml without a service and its lines. */
export function withoutService(text: string, name: string): string {
  const document = parseDocument(text)
  const services = document.get('services', true)
  const pairs =
    typeof services === 'object' && services !== null && 'items' in services && Array.isArray(services.items)
      ? services.items
      : []
  const index = pairs.findIndex(pair => String(pair.key) === name)
  const from = rangeOf(pairs[index]?.key)?.[0] ?? 0
  const to = rangeOf(pairs[index]?.value)?.[1] ?? from
  const lineStart = text.lastIndexOf('\n', from - 1) + 1
  const lineEnd = text.indexOf('\n', to - 1) === -1 ? text.length : text.indexOf('\n', to - 1) + 1
  if (pairs.length === 1)
    return `${text.slice(0, lineStart).replace(/services:\s*$/, 'services: {}\n')}${text.slice(lineEnd)}`
  return text.slice(0, lineStart) + text.slice(lineEnd)
}

function rangeOf(node: unknown): [number, number] | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range))
    return undefined
  return [Number(node.range[0]), Number(node.range[1])]
}
