import * as v from 'valibot'
import type { ClockFacts } from '../core/doctor/clock.ts'
import type { Container } from '../core/doctor/containers.ts'
import type { DiskFacts } from '../core/doctor/disk.ts'
import type { RuleState } from '../core/doctor/rules.ts'
import type { ServiceSeries } from '../core/doctor/series.ts'
import type { ScrapeTarget } from '../core/doctor/targets.ts'
import type { Stack } from '../core/stack.ts'
import type { Prometheus } from '../io/prometheus.ts'
import { tryDocker } from './run.ts'

const Labels = v.record(v.string(), v.string())
const Targets = v.object({
  activeTargets: v.array(
    v.object({ labels: Labels, scrapeUrl: v.string(), health: v.string(), lastError: v.string() }),
  ),
})
const Rules = v.object({
  groups: v.array(
    v.object({
      name: v.string(),
      rules: v.array(
        v.object({
          name: v.string(),
          type: v.picklist(['alerting', 'recording']),
          health: v.string(),
          lastError: v.optional(v.string(), ''),
          state: v.optional(v.string()),
          alerts: v.optional(v.array(v.object({ labels: Labels, state: v.string() })), []),
        }),
      ),
    }),
  ),
})
const Metadata = v.array(v.object({ target: Labels, metric: v.string() }))

export async function readTargets(prometheus: Prometheus): Promise<ScrapeTarget[] | undefined> {
  return (await prometheus.get('targets?state=active', Targets))?.activeTargets
}

/** Services whose exporter says that what it watches does not let it in. */
export async function readLockedOut(prometheus: Prometheus): Promise<{ service: string; metric: string }[]> {
  const down = (await prometheus.query('{__name__=~".+_up"} == 0')) ?? []
  return down.map(one => ({ service: one.labels.service ?? '', metric: one.labels.__name__ ?? '' }))
}

export async function readSeries(prometheus: Prometheus, stack: Stack): Promise<ServiceSeries[] | undefined> {
  const [up, served, kept, requests] = await Promise.all([
    prometheus.query('max by (service) (up)'),
    prometheus.query('sum by (service) (scrape_samples_scraped)'),
    prometheus.query('sum by (service) (scrape_samples_post_metric_relabeling)'),
    prometheus.query('sum by (service) (app:http_requests:rate5m)'),
  ])
  if (!up || !served || !kept) return undefined
  const of = (list: typeof requests, service: string): number | undefined =>
    list?.find(one => one.labels.service === service)?.value
  return Promise.all(
    stack.targets.map(async target => ({
      service: target.name,
      up: of(up, target.name) === 1,
      served: of(served, target.name) ?? 0,
      kept: of(kept, target.name) ?? 0,
      requests: of(requests, target.name),
      declared: target.requests === undefined ? [] : await declared(prometheus, target.name),
    })),
  )
}

/** Names a target declares, also those that have no sample yet. */
async function declared(prometheus: Prometheus, service: string): Promise<string[]> {
  const match = new URLSearchParams({ match_target: `{service=${JSON.stringify(service)}}` })
  return ((await prometheus.get(`targets/metadata?${match}`, Metadata)) ?? []).map(one => one.metric)
}

export async function readRules(prometheus: Prometheus): Promise<RuleState[] | undefined> {
  const data = await prometheus.get('rules', Rules)
  return data?.groups.flatMap(group =>
    group.rules.map(rule => {
      const firing = rule.alerts.filter(alert => alert.state === 'firing')
      return {
        name: rule.name,
        group: group.name,
        kind: rule.type,
        health: rule.health,
        lastError: rule.lastError,
        firing: rule.state === 'firing',
        services: [...new Set(firing.flatMap(alert => alert.labels.service ?? []))].sort(),
      }
    }),
  )
}

export async function readDisk(
  prometheus: Prometheus,
  stack: Stack,
  container: Container | undefined,
  root: string,
): Promise<DiskFacts> {
  const one = async (expr: string): Promise<number | undefined> => (await prometheus.query(expr))?.[0]?.value
  const [series, samplesPerSecond, usedBytes, room] = await Promise.all([
    one('max(prometheus_tsdb_head_series{job="prometheus"})'),
    one('sum(rate(prometheus_tsdb_head_samples_appended_total{job="prometheus"}[5m]))'),
    one('max(prometheus_tsdb_storage_blocks_bytes{job="prometheus"})'),
    container?.state === 'running' ? volumeRoom(container, root) : undefined,
  ])
  return {
    series,
    samplesPerSecond,
    usedBytes,
    room,
    limitBytes: sizeOf(stack.config.stack.prometheus.retentionSize),
  }
}

async function volumeRoom(container: Container, root: string): Promise<DiskFacts['room']> {
  const ran = await tryDocker(['exec', container.name, 'df', '-Pk', '/prometheus'], root)
  const [, size, , free] = ran.stdout.trim().split('\n').at(-1)?.split(/\s+/) ?? []
  return ran.ok && size && free ? { size: Number(size) * 1024, free: Number(free) * 1024 } : undefined
}

/** `10GB` as Prometheus reads it: powers of 1024. */
function sizeOf(text: string): number {
  const [, count = '0', unit = 'GB'] = /^(\d+)([KMGT]B)$/.exec(text) ?? []
  return Number(count) * 1024 ** (['KB', 'MB', 'GB', 'TB'].indexOf(unit) + 1)
}

export async function readClock(prometheus: Prometheus): Promise<ClockFacts> {
  const before = Date.now()
  const [now, offset, synchronised] = await Promise.all([
    prometheus.query('time()').then(async samples => samples ?? (await prometheus.query('vector(time())'))),
    prometheus.query('max(abs(node_timex_offset_seconds))'),
    prometheus.query('max(node_timex_sync_status)'),
  ])
  const here = (before + Date.now()) / 2000
  const there = now?.[0]?.value
  return {
    ahead: there === undefined ? undefined : there - here,
    offset: offset?.[0]?.value,
    synchronised: synchronised?.[0] && synchronised[0].value === 1,
  }
}
