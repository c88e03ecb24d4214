import { posix } from 'node:path'
import { fields, scalar } from '../record.ts'

export interface PublishedPort {
  /** The port inside the container. */
  readonly target: number
  /** The port of the machine. */
  readonly published: number | undefined
}

/** `127.0.0.1:8080:80/tcp`, `80`, `8000-8001:80-81`, `{ target: 80, published: 8080 }`. */
export function portsOf(port: unknown, wanted: 'tcp' | 'udp'): PublishedPort[] {
  const long = fields(port)
  if (long.target !== undefined) {
    const [published] = range(scalar(long.published) ?? '')
    return (scalar(long.protocol) ?? 'tcp') !== wanted
      ? []
      : range(scalar(long.target) ?? '').map(target => ({ target, published }))
  }
  const [text = '', protocol = 'tcp'] = (scalar(port) ?? '').split('/')
  if (protocol !== wanted) return []
  const parts = text.replace(/^\[[^\]]*\]:/, '').split(':')
  const outside = parts.length > 1 ? range(parts.at(-2) ?? '') : []
  return range(parts.at(-1) ?? '').map((target, index) => ({ target, published: outside[index] }))
}

export function range(text: string): number[] {
  const [, from = '', to = from] = /^\s*(\d+)(?:-(\d+))?(?:\/tcp)?\s*$/.exec(text) ?? []
  const first = Number(from)
  const last = Math.min(Number(to), first + 20)
  const found: number[] = []
  for (let port = first; port <= last && from !== ''; port++) if (port > 0 && port < 65536) found.push(port)
  return found
}

/** A bind mount from inside the repo. */
export function mountOf(entry: unknown): { source: string; target: string } | undefined {
  const { item, folder } = fields(entry)
  const long = fields(item)
  const [short = ''] = (scalar(item) ?? '').split(':')
  const from = typeof item === 'string' ? short : long.type === 'bind' ? scalar(long.source) : undefined
  const [target] = targetOf(entry)
  if (from === undefined || from === '' || !/^\.{0,2}(\/|$)/.test(from) || target === undefined)
    return undefined
  const source = insidePath(scalar(folder) ?? '.', from)
  return source === undefined ? undefined : { source, target }
}

/** Where a volume is in the container. */
export function targetOf(entry: unknown): string[] {
  const { item } = fields(entry)
  const target = typeof item === 'string' ? item.split(':')[1] : scalar(fields(item).target)
  return target === undefined || target === '' ? [] : [target]
}

/** A path relative to the repo root; undefined when it leads out of it. */
export function insidePath(folder: string, path: string): string | undefined {
  if (path.startsWith('/') || path.startsWith('~')) return undefined
  const joined = posix.join(folder, path).replace(/\/$/, '')
  return joined === '..' || joined.startsWith('../') ? undefined : joined
}
