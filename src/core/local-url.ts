import { publicUrl } from './render/context.ts'
import type { Stack } from './stack.ts'

export type Part = 'prometheus' | 'alertmanager' | 'grafana'

/** Where vigie itself reaches a part: its loopback port, and the path that its public URL may have. */
export function localUrl(stack: Stack, part: Part): string {
  const path = part === 'grafana' ? '' : new URL(publicUrl(stack, part)).pathname.replace(/\/$/, '')
  return `http://127.0.0.1:${stack.ports[part]}${path}`
}
