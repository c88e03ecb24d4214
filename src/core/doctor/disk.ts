import { type Finding, say } from './finding.ts'

export interface DiskFacts {
  readonly series: number | undefined
  readonly samplesPerSecond: number | undefined
  readonly usedBytes: number | undefined
  readonly limitBytes: number
  /** Of the volume Prometheus writes to. */
  readonly room: { readonly free: number; readonly size: number } | undefined
}

const DAY = 86_400
/** What a sample takes on disk in the long run. */
const BYTES_A_SAMPLE = 1.7
const GB = 1e9

/** Is there room for what is still to come? */
export function judgeDisk(facts: DiskFacts): Finding[] {
  const { ok, unseen, warn, fail } = say('disk')
  const { series, samplesPerSecond, usedBytes, limitBytes, room } = facts
  if (series === undefined && room === undefined)
    return [unseen('Nothing can be said about the disk without Prometheus.')]
  const findings: Finding[] = []
  if (room && (room.free < GB / 2 || room.free / room.size < 0.03))
    findings.push(
      fail(
        `The volume of Prometheus is full: ${bytes(room.free)} of ${bytes(room.size)} are free. It stops storing anything.`,
        {
          next: 'Make room:  docker system df   shows what takes it.',
        },
      ),
    )
  else if (room && usedBytes !== undefined && room.free < limitBytes - usedBytes)
    findings.push(
      warn(
        `The volume has ${bytes(room.free)} left, less than the ${bytes(limitBytes - usedBytes)} that Prometheus may still take.`,
        {
          next: 'Lower  stack: { prometheus: { retentionSize } }  in vigie.yaml, or make room.',
        },
      ),
    )
  if (findings.some(one => one.verdict === 'fail')) return findings
  return [ok(summary(series, samplesPerSecond, usedBytes, limitBytes, room)), ...findings]
}

function summary(
  series: number | undefined,
  rate: number | undefined,
  used: number | undefined,
  limit: number,
  room: DiskFacts['room'],
): string {
  const parts: string[] = []
  if (series !== undefined) parts.push(`${Math.round(series)} series`)
  if (rate !== undefined) parts.push(`${Math.round(rate)} samples a second`)
  if (used !== undefined) parts.push(`${bytes(used)} of ${bytes(limit)} used`)
  const days = rate && used !== undefined ? (limit - used) / (rate * DAY * BYTES_A_SAMPLE) : undefined
  if (days !== undefined)
    parts.push(
      days > 365 ? 'more than a year until the limit' : `about ${Math.floor(days)} days until the limit`,
    )
  if (room) parts.push(`${bytes(room.free)} free on the volume`)
  return `${parts.join(', ')}.`
}

export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = count
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${value >= 10 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}
