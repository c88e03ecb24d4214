import type { Stack } from '../stack.ts'
import type { CompiledTemplate, TemplateEngine } from './templates.ts'

/** blackbox.yml: one module a probe, under its name. */
export function renderProbes(stack: Stack, template: CompiledTemplate, engine: TemplateEngine): string {
  return engine.render(template, { probes: stack.probes })
}
