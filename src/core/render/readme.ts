import { OTLP_URL, pushes } from '../requests/push.ts'
import { hasAlertmanager, type Stack } from '../stack.ts'
import { publicUrl } from './context.ts'
import type { CompiledTemplate, TemplateEngine } from './templates.ts'

/** The stack's own README: where everything is, what is left to do, what to look at when something is empty. */
export function renderReadme(stack: Stack, template: CompiledTemplate, engine: TemplateEngine): string {
  const services = stack.targets.filter(target => !target.isStackPart)
  return engine.render(template, {
    project: stack.config.project,
    output: stack.config.output,
    grafana: publicUrl(stack, 'grafana'),
    prometheus: publicUrl(stack, 'prometheus'),
    alertmanager: publicUrl(stack, 'alertmanager'),
    hasAlertmanager: hasAlertmanager(stack),
    receivers: stack.receivers.map(one => one.name).join(', ') || 'nobody yet',
    noHeartbeat: stack.config.alerts.deadManSwitch === undefined,
    services: [
      ...services.map(target => ({
        name: target.name,
        title: target.module.manifest.title,
        address: target.address,
        scrape: pushes(target) ? `sends to ${OTLP_URL}` : `${target.scrapeAddress}${target.metricsPath}`,
      })),
      ...stack.probes.map(probe => ({
        name: probe.name,
        title: 'probe from outside',
        address: probe.target,
        scrape: 'blackbox:9115/probe',
      })),
    ],
    todos: services.flatMap(target => {
      const { setup } = target.module.manifest
      return setup === undefined ? [] : [{ name: target.name, setup: setup.trim() }]
    }),
  })
}

/** vigie.mk: the make targets, which need nothing but Docker Compose. */
export function renderMakefile(stack: Stack, template: CompiledTemplate, engine: TemplateEngine): string {
  const { attach, compose, output } = stack.config
  const file = attach === 'include' ? compose : `${output}/compose.yaml`
  const override = attach === 'include' ? '' : ` -f ${output}/compose.override.yaml`
  return engine.render(template, {
    command: file === undefined ? 'docker compose' : `docker compose -f ${file}${override}`,
    grafana: publicUrl(stack, 'grafana'),
    prometheus: publicUrl(stack, 'prometheus'),
    hasAlertmanager: hasAlertmanager(stack),
    output,
  })
}
