import type { ComposeService } from '../compose/service.ts'
import { portOf } from './port.ts'

const PROXY = /^(traefik|caddy)\b/

/** The first label by which a proxy is told to lead to a service. */
export const proxyLabel = ({ labels }: ComposeService): string | undefined =>
  labels.get('traefik.enable') === 'false' ? undefined : [...labels.keys()].find(name => PROXY.test(name))

/** The port that Traefik and its like are told. */
export function labelledPort({ labels }: ComposeService): number | undefined {
  for (const [name, value] of labels) {
    if (/^traefik\..*(loadbalancer\.server\.port|\.port)$|^prometheus\.(io[./])?port$/.test(name))
      return portOf(value)
    if (/^caddy\b/.test(name)) {
      const port = portOf(/\{\{\s*upstreams\s+(\d+)/.exec(value)?.[1])
      if (port !== undefined) return port
    }
  }
  return undefined
}
