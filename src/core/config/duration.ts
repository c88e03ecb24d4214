import * as v from 'valibot'

export const Duration = v.pipe(
  v.string(),
  v.regex(/^([1-9][0-9]*(ms|s|m|h|d|w|y))+$/, 'must be a duration such as 15s, 12h or 30d'),
)
export const ScrapeInterval = v.pipe(
  Duration,
  v.check(
    value => seconds(value) >= 1 && seconds(value) <= 120,
    'must be between 1s and 120s: rates need four samples in five minutes',
  ),
)

/** Seconds of a Prometheus duration such as `1m30s`. */
export function seconds(duration: string): number {
  const unit: Readonly<Record<string, number>> = {
    ms: 0.001,
    s: 1,
    m: 60,
    h: 3600,
    d: 86400,
    w: 604800,
    y: 31536000,
  }
  let total = 0
  for (const [, count, name] of duration.matchAll(/(\d+)(ms|[smhdwy])/g))
    total += Number(count) * (unit[name ?? 's'] ?? 0)
  return total
}
