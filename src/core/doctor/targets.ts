import type { Target } from '../stack.ts'
import type { Container } from './containers.ts'
import { type Finding, plural, say } from './finding.ts'
import { explainScrape } from './scrape-error.ts'

/** A target as Prometheus's API tells it. */
export interface ScrapeTarget {
  readonly labels: Readonly<Record<string, string>>
  readonly scrapeUrl: string
  readonly health: string
  readonly lastError: string
}

export interface TargetFacts {
  readonly targets: readonly Target[]
  /** What Prometheus scrapes; undefined when it does not answer, with the reason. */
  readonly active: readonly ScrapeTarget[] | undefined
  readonly trouble: string
  readonly containers: readonly Container[]
  /** Services whose exporter answers while what it watches does not let it in: `pg_up == 0`. */
  readonly lockedOut: readonly { readonly service: string; readonly metric: string }[]
}

/** Is everything scraped, and if not, why? */
export function judgeTargets(facts: TargetFacts): Finding[] {
  const { ok, unseen, fail } = say('targets')
  const { active } = facts
  if (active === undefined)
    return [
      fail(`Prometheus does not answer: ${facts.trouble}.`, {
        about: 'prometheus',
        next: 'vigie up',
        fix: 'up',
      }),
      ...facts.targets
        .filter(one => one.name !== 'prometheus')
        .slice(0, 1)
        .map(() => unseen('No target can be seen without Prometheus.')),
    ]
  const findings = facts.targets.flatMap(target => judgeTarget(target, facts, active))
  if (findings.some(one => one.verdict === 'fail')) return findings
  return [ok(`${plural(facts.targets.length, 'target answers', 'targets answer')}.`), ...findings]
}

function judgeTarget(target: Target, facts: TargetFacts, active: readonly ScrapeTarget[]): Finding[] {
  const { fail, warn } = say('targets')
  const about = target.name
  const mine = active.filter(one => one.labels.service === target.name && one.labels.job === target.module.id)
  if (mine.length === 0)
    return [
      fail(`Prometheus knows no target ${target.name}.`, {
        about,
        next:
          target.replicas > 1
            ? `None of its containers is found by the name ${target.host}. docker compose up -d ${target.host}`
            : 'make reload',
        fix: 'reload',
      }),
    ]
  const down = mine.filter(one => one.health === 'down')
  const [first] = down
  if (first) {
    const { fact, next } = explainScrape({ ...surroundings(target, first, facts), error: first.lastError })
    const which = mine.length > 1 ? ` (${down.length} of ${mine.length})` : ''
    return [fail(`${target.name}${which}: ${fact}`, { about, next })]
  }
  if (mine.some(one => one.health === 'unknown'))
    return [warn(`${target.name} has not been scraped yet.`, { about, next: 'Look again in a minute.' })]
  const locked = facts.lockedOut.find(one => one.service === target.name)
  if (!locked) return []
  return [
    fail(
      `${target.name}: its exporter answers, but ${target.module.manifest.title} does not let it in (${locked.metric} is 0).`,
      {
        about,
        next: `vigie logs ${target.exporter?.name ?? target.name}   shows why; check  credentials:  and  address:  of ${target.name} in vigie.yaml`,
      },
    ),
  ]
}

function surroundings(target: Target, scraped: ScrapeTarget, { containers }: TargetFacts) {
  const url = URL.canParse(scraped.scrapeUrl) ? new URL(scraped.scrapeUrl) : undefined
  const host = target.exporter?.name ?? target.host
  return {
    target,
    host: url?.hostname ?? host,
    port: url?.port || '80',
    path: url?.pathname ?? target.metricsPath,
    container: containers.find(one => one.service === host),
    prometheus: containers.find(one => one.service === 'prometheus'),
  }
}
