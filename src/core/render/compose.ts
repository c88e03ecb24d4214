import { hasAlertmanager, type Stack } from '../stack.ts'
import { composeContext } from './context.ts'
import { type CompiledTemplate, indent, type TemplateEngine } from './templates.ts'

/** The stack's compose.yaml: the shared frame around one service per stack part and per exporter. */
export function renderCompose(stack: Stack, frame: CompiledTemplate, engine: TemplateEngine): string {
  const services = stack.targets.flatMap(target => {
    const fragment = target.module.content.compose
    if (fragment === undefined || (!target.isStackPart && !target.exporter)) return []
    return [indent(engine.render(fragment, composeContext(stack, target)).trim(), 2)]
  })
  return engine.render(frame, {
    name: ownProject(stack),
    services: `${services.join('\n\n')}\n`,
    externalNetworks: externalNetworks(stack),
    secrets: stack.secrets,
    hasAlertmanager: hasAlertmanager(stack),
  })
}

/** Included files take the app's project name; a stack that stands alone has one of its own. */
export function ownProject(stack: Stack): string | undefined {
  return stack.config.attach === 'include' ? undefined : `${stack.config.project}-monitoring`
}

function externalNetworks(stack: Stack): { key: string; name: string }[] {
  if (stack.config.attach !== 'external') return []
  return stack.appNetworks.map(key => ({ key, name: `${stack.config.project}_${key}` }))
}
