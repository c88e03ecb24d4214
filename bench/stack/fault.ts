import type { Site } from '../../test/e2e/stack.ts'

/** One thing that goes wrong, and the alerts whose expressions have to hold soon after, by service. */
export interface Fault {
  readonly what: string
  breaks(site: Site): void
  mends(site: Site): void
  readonly fires: Readonly<Record<string, readonly string[]>>
  /** What may fire with them, because it hangs on what broke. */
  readonly follows?: readonly string[]
}

export const run = (site: Site, service: string, script: string): void =>
  void site.compose('exec', '-T', service, 'sh', '-c', script)
export const start = (site: Site, service: string, script: string, shell = 'sh'): void =>
  void site.compose('exec', '-d', service, shell, '-c', script)
export const nothing = (): void => {}

export const SQL = 'psql -qh /var/run/postgresql -U bazaar -d bazaar -c'
export const MARIADB = 'MYSQL_PWD="$MARIADB_ROOT_PASSWORD" mariadb -uroot'

/** Alerts of proxies and probes that see through to what stands behind them. */
export const IN_FRONT_OF_PHP = ['web', 'balancer', 'edge', 'shop', 'php']
