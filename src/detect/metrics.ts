import * as v from 'valibot'
import { MetricsPath } from '../core/config/values.ts'
import type { Package } from '../core/modules/manifest.ts'
import type { DetectedService } from './detection.ts'
import type { JvmConfig } from './ports/jvm-config.ts'
import type { Scrape } from './scrapes.ts'
import type { Kind } from './verdict.ts'

/** What the repo says of where an app serves its metrics, besides the kind. */
export interface Told {
  /** The library that serves them. */
  readonly library?: Package | undefined
  readonly jvm?: JvmConfig | undefined
  /** Whoever reads them already knows best. */
  readonly scrape?: Scrape | undefined
}

/**
 * Where the metrics are, and what of that vigie.yaml has to say because it is not what the kind implies.
 * @param port where the app itself answers
 */
export function metricsOf(
  { module, package: named }: Kind,
  port: number,
  { library, jvm, scrape }: Told,
): Pick<DetectedService, 'metrics' | 'metricsPath' | 'metricsPort'> {
  const { exporter, native } = module.manifest.endpoint
  if (exporter)
    return {
      metrics: { by: 'exporter', path: exporter.path, port: exporter.port },
      metricsPath: undefined,
      metricsPort: undefined,
    }
  const usual = native?.path ?? '/metrics'
  const { runtime } = module.manifest
  const actuator = typeof runtime === 'object' && runtime.base === 'jvm' ? jvm : undefined
  const scraped = plainPath(scrape?.path)
  const read = scrape && {
    path: scraped === usual ? undefined : scraped,
    port: scrape.port === port ? undefined : scrape.port,
  }
  const configured = {
    path: library?.path ?? plainPath(actuator?.metricsPath) ?? named?.path,
    port: library?.port ?? actuator?.managementPort,
  }
  const { path, port: elsewhere } = read ?? configured
  return {
    metrics: { by: 'service', path: path ?? usual, port: elsewhere ?? native?.port ?? port },
    metricsPath: path,
    metricsPort: elsewhere,
  }
}

/** A path that only whoever fills in a template knows says nothing. */
const plainPath = (path: string | undefined): string | undefined =>
  v.is(MetricsPath, path) ? path : undefined
