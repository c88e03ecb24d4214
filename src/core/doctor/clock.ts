import { type Finding, say } from './finding.ts'

export interface ClockFacts {
  /** Seconds that Prometheus is ahead of this machine. */
  readonly ahead: number | undefined
  /** Seconds that the host is off, by its own time service. */
  readonly offset: number | undefined
  readonly synchronised: boolean | undefined
}

/** Beyond this, samples look old or come from the future. */
const TOLERANCE = 5

export function judgeClock({ ahead, offset, synchronised }: ClockFacts): Finding[] {
  const { ok, warn, fail, unseen } = say('clock')
  if (ahead === undefined) return [unseen('No clock can be compared without Prometheus.')]
  if (Math.abs(ahead) > TOLERANCE)
    return [
      fail(
        `The clock of the engine is ${Math.round(Math.abs(ahead))} s ${ahead > 0 ? 'ahead of' : 'behind'} this machine's.`,
        {
          next: 'Restart the engine (Docker Desktop loses time when the machine sleeps), or set the clock.',
        },
      ),
    ]
  if (offset !== undefined && Math.abs(offset) > 0.5)
    return [
      warn(`The clock of the host is off by ${offset.toFixed(1)} s.`, {
        next: 'timedatectl status   says whether a time service runs',
      }),
    ]
  return [ok(`Clocks agree${synchronised === true ? ', and a time service keeps them' : ''}.`)]
}
