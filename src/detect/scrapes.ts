import { isOwnStack } from './compose/files.ts'
import type { ComposeService } from './compose/service.ts'
import { lineAt } from './manifests/dependency.ts'
import { GRPC, portOf } from './ports/port.ts'
import { fields, items, scalar } from './record.ts'
import type { RepoView } from './repo.ts'
import { yamlsIn } from './yamls.ts'

/** Where a Prometheus of the repo's own reads the metrics of a service. */
export interface Scrape {
  readonly port: number
  readonly path: string
  readonly source: string
}

/** What vigie renders says nothing that is not said already. */
const isRendered = (view: RepoView, path: string): boolean =>
  path.split('/').some((_, index, parts) => isOwnStack(view, parts.slice(0, index + 1).join('/')))

const FILE = /(^|\/)(prometheus|prom)[\w.-]*\.ya?ml$/i
const MOST_FILES = 20

/** What the repo's own Prometheus scrapes, by the name of the host. https://prometheus.io/docs/prometheus/latest/configuration/configuration/ */
export class Scrapes {
  #known: ReadonlyMap<string, Scrape> | undefined

  constructor(readonly view: RepoView) {}

  /**
   * Undefined where it is not scraped, or where a port is named that only the host knows it by, or that gRPC is spoken on.
   * @param open where it may answer, if that is known: another port is of another day, or another set-up
   */
  of({ name, aliases, ports }: ComposeService, open?: readonly (number | undefined)[]): Scrape | undefined {
    this.#known ??= scrapesIn(this.view)
    const found = [name, ...aliases].flatMap(host => this.#known?.get(host) ?? [])[0]
    const isOutside = ports.some(one => one.published === found?.port && one.target !== found?.port)
    const isInside = ports.some(one => one.target === found?.port)
    if (found === undefined || GRPC.has(found.port) || (isOutside && !isInside)) return undefined
    return open === undefined || open.includes(found.port) ? found : undefined
  }
}

function scrapesIn(view: RepoView): ReadonlyMap<string, Scrape> {
  const found = new Map<string, Scrape>()
  for (const file of view
    .files()
    .filter(path => FILE.test(path) && !isRendered(view, path))
    .slice(0, MOST_FILES)) {
    const text = view.read(file) ?? ''
    if (!text.includes('scrape_configs')) continue
    for (const { host, port, path, target } of targetsIn(text))
      if (!found.has(host))
        found.set(host, { port, path, source: `${file}:${lineAt(text, text.indexOf(target))}` })
  }
  return found
}

interface Target {
  readonly target: string
  readonly host: string
  readonly port: number
  readonly path: string
}

function targetsIn(text: string): Target[] {
  return yamlsIn(text)
    .flatMap(one => items(fields(one).scrape_configs))
    .map(fields)
    .filter(job => job.relabel_configs === undefined)
    .flatMap(job => {
      const path = scalar(job.metrics_path) ?? '/metrics'
      const targets = items(job.static_configs).flatMap(one => items(fields(one).targets))
      return targets.flatMap(one => {
        const target = scalar(one) ?? ''
        const [, host = '', digits] = /^([\w.-]+):(\d+)$/.exec(target) ?? []
        const port = portOf(digits)
        return port === undefined ? [] : [{ target, host, port, path }]
      })
    })
}
