import { seconds } from '../config/duration.ts'
import { PROBE_PART } from '../modules/registry.ts'
import { pushes } from '../requests/push.ts'
import { hasAlertmanager, type Stack, type Target } from '../stack.ts'
import { ownProject } from './compose.ts'
import { serviceContext } from './context.ts'
import { keepList } from './keep.ts'
import type { CompiledTemplate, TemplateEngine } from './templates.ts'

const SAMPLE_LIMITS = { app: 20_000, other: 10_000 } as const

export function renderPrometheus(stack: Stack, template: CompiledTemplate, engine: TemplateEngine): string {
  const { scrapeInterval } = stack.config.stack.prometheus
  return engine.render(template, {
    scrapeInterval,
    scrapeTimeout: `${scrapeTimeout(stack)}s`,
    hasAlertmanager: hasAlertmanager(stack),
    otlp: stack.targets.some(pushes),
  })
}

/** Prometheus's own default of 10 seconds, and never longer than the interval. */
const scrapeTimeout = (stack: Stack): number =>
  Math.min(10, seconds(stack.config.stack.prometheus.scrapeInterval))

/** One file a target, so that adding a service adds a file and changes none. */
export function renderScrape(
  stack: Stack,
  target: Target,
  common: CompiledTemplate,
  engine: TemplateEngine,
): string {
  const keep = stack.config.metrics === 'lean' ? keepList(target.module) : undefined
  const upperCase = target.requests?.lowerCase === true ? (target.requests.method ?? []) : []
  const isApp = target.module.manifest.layer === 'app'
  return engine.render(target.module.content.scrape ?? common, {
    service: serviceContext(target),
    target: {
      address: target.scrapeAddress,
      port: Number(target.scrapeAddress.split(':')[1]),
      upperCase,
      path: target.metricsPath,
      tls: target.metricsTls !== false,
      unverified: target.metricsTls === 'unverified',
      differentPath: target.metricsPath !== '/metrics',
      discovered: target.replicas > 1,
      isApp,
      login: target.exporter ? undefined : loginOf(target),
      sampleLimit: isApp ? SAMPLE_LIMITS.app : SAMPLE_LIMITS.other,
    },
    probes: stack.probes,
    keep,
    relabels: keep !== undefined || upperCase.length > 0,
  })
}

/** How Prometheus itself logs in to read the metrics of a service. */
const loginOf = ({ user, password }: Target): { user: string; file: string } | undefined =>
  password?.file === undefined ? undefined : { user: user ?? '', file: password.file }

/** The rules that record what vigie.yaml expects to be there. */
export function renderExpectations(stack: Stack, template: CompiledTemplate, engine: TemplateEngine): string {
  const appProject = stack.config.project
  const project = (target: Target): string =>
    target.isStackPart ? (ownProject(stack) ?? appProject) : appProject
  return engine.render(template, {
    scrapeTimeoutSeconds: scrapeTimeout(stack),
    targets: [
      ...stack.targets.map(target => ({
        job: target.module.id,
        service: target.name,
        isApp: target.module.manifest.layer === 'app',
      })),
      ...stack.probes.map(probe => ({ job: PROBE_PART, service: probe.name, isApp: false })),
    ],
    appContainers: stack.targets
      .filter(({ module, container }) => module.manifest.layer === 'app' && container !== undefined)
      .map(target => ({
        job: target.module.id,
        service: target.name,
        project: project(target),
        container: target.container,
      })),
    thresholds: stack.targets.flatMap(thresholdsOf),
    containers: stack.targets
      .flatMap(target => [
        ...(target.container === undefined
          ? []
          : [{ project: project(target), service: target.container, replicas: target.replicas }]),
        ...(target.exporter
          ? [{ project: ownProject(stack) ?? appProject, service: target.exporter.name, replicas: 1 }]
          : []),
      ])
      .filter((one, index, all) => all.findIndex(other => other.service === one.service) === index),
  })
}

/** From when on its alerts fire, where vigie.yaml says so for one service; templates/app has what holds for all. */
function thresholdsOf({ module, name, thresholds }: Target): object[] {
  const of = (record: string, value: number | undefined): object[] =>
    value === undefined ? [] : [{ record, value, job: module.id, service: name }]
  return [
    ...of(
      'stack:app_errors_threshold:ratio',
      thresholds?.errors && Number((thresholds.errors / 100).toFixed(6)),
    ),
    ...of('stack:app_latency_threshold:seconds', thresholds?.latency),
  ]
}
