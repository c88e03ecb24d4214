import type { Module } from '../core/modules/module.ts'
import type { DetectedService } from '../detect/detection.ts'

/** The to-do for services that show no metrics yet: the stack's README has a section with the lines for each. */
export const setupText = (output: string, services: readonly Pick<DetectedService, 'name'>[]): string =>
  services.map(({ name }) => `  To do  ${name}: the lines to add to it are ${place(output, name)}\n`).join('')

/** Services that were seen to show no metrics yet. */
export const bare = (services: readonly DetectedService[]): DetectedService[] =>
  services.filter(one => one.instrumented === false)

/** What somebody who names a kind should read: a to-do where nothing works before, else a note. */
export function kindSetupText(
  output: string,
  name: string,
  { manifest }: Module,
  instrumented: boolean | undefined,
): string {
  if (manifest.setup === undefined || instrumented === true) return ''
  if (instrumented === false || manifest.endpoint.exporter === undefined) return setupText(output, [{ name }])
  return `  Note   ${name}: what it may need is ${place(output, name)}\n`
}

const place = (output: string, name: string): string => `in ${output}/README.md, under "${name}"`
