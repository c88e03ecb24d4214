import { interpolate } from '../env.ts'
import type { Facts } from '../facts.ts'
import { mayAnswer, portOf } from './port.ts'

const CHECKED =
  /(?:\b(?:localhost|127\.0\.0\.1|0\.0\.0\.0)|\[::1?\]):(\d{2,5})\b|\bnc\s+(?:-\w+\s+)*(?:localhost|127\.0\.0\.1)\s+(\d{2,5})\b/

/** Where the health check asks, if that may be open at all. */
export function checkedPort(facts: Facts, open: readonly number[]): number | undefined {
  const [, url, tcp] = CHECKED.exec(interpolate(facts.healthcheck?.value ?? '', facts.environment)) ?? []
  const port = portOf(url ?? tcp)
  return port !== undefined && mayAnswer(port) && (open.length === 0 || open.includes(port))
    ? port
    : undefined
}
