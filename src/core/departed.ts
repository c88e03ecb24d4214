import { isMap, parseDocument } from 'yaml'
import type { Plan } from './plan.ts'

/** Services that the stack's compose.yaml had before this plan and has no more. */
export function departedServices(plan: Plan): string[] {
  const action = plan.files.find(file => file.kind !== 'edit' && file.path === 'compose.yaml')
  if (action?.disk.do !== 'write') return []
  const left = new Set(serviceNames(action.disk.text))
  return serviceNames(action.seen ?? '').filter(name => !left.has(name))
}

/** The keys below `services:` of a Compose file; of one that somebody broke, as many as can be read. */
export function serviceNames(text: string): string[] {
  const services: unknown = parseDocument(text).get('services')
  return isMap(services) ? services.items.map(({ key }) => String(key)) : []
}
