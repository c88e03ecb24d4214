import type { SeenRule } from '../core/modules/seen.ts'
import { appAmong } from './app.ts'
import { type Answers, answersInCode, servesFront, silentCode } from './code/answers.ts'
import { type Candidates, projectsOf } from './code/candidates.ts'
import { clonedCode } from './code/cloned.ts'
import { silentGo } from './code/go-answers.ts'
import { metricsPage } from './code/own-metrics.ts'
import { plainScript } from './code/plain-script.ts'
import { listensToQueue } from './code/queue-listener.ts'
import type { ComposeService } from './compose/service.ts'
import { originOf } from './docker/own-image.ts'
import { isServer, type Rule } from './evidence.ts'
import type { Facts } from './facts.ts'
import {
  answering,
  elsewhere,
  guess,
  isOwnCode,
  named,
  ofOwner,
  scraped,
  showing,
  withCalledPort,
  withOwnVariables,
} from './guess.ts'
import type { Projects } from './manifests/projects.ts'
import { otherCommand } from './other-command.ts'
import type { Calls } from './ports/calls.ts'
import { labelledPort } from './ports/labels.ts'
import { mayAnswer } from './ports/port.ts'
import { finalCommand, languageOf } from './program/command.ts'
import { isAsked, startsNothing } from './program/starts.ts'
import type { Scene } from './proposal.ts'
import type { RepoView } from './repo.ts'
import { rulesHere, unnamed } from './rules-here.ts'
import { seenAs } from './seen.ts'
import { staticSite } from './static-site.ts'
import { runningThing } from './thing.ts'
import type { Aside, Kind, Knowledge, Verdict } from './verdict.ts'

/** Weighs everything that is known of one Compose service. What has no code here has numbers where the repo's own Prometheus reads some. */
export function judge(
  service: ComposeService,
  facts: Facts,
  knowledge: Knowledge,
  projects: Projects,
  { calls, scrapes, view }: Scene,
): Verdict {
  const candidates = projectsOf(service, facts, projects, view)
  const verdict = weighed(service, facts, candidates, knowledge, projects, calls, view)
  const isForeign = 'reason' in verdict && candidates.own.length === 0
  const scrape = isForeign ? scrapes.of(service) : undefined
  return scrape && seenAs(knowledge.seen.filter(isOther), facts, undefined) === undefined
    ? (scraped(scrape, knowledge.modules) ?? verdict)
    : verdict
}

/** Monitoring, admin UIs and tools; a store or a program without a module may have numbers. */
const isOther = ({ beats, role }: SeenRule): boolean =>
  beats === 'everything' && role !== 'store' && role !== 'program'

function weighed(
  service: ComposeService,
  facts: Facts,
  candidates: Candidates,
  knowledge: Knowledge,
  projects: Projects,
  calls: Calls,
  view: RepoView,
): Verdict {
  const [own] = candidates.own
  const isPortless = hasNoPort(service, facts, calls)
  const origin = originOf(projects)
  const { everything, workers, works, fronts } = rulesHere(
    service,
    facts,
    knowledge,
    calls,
    origin,
    isPortless,
  )
  const thing = runningThing(candidates, facts, knowledge, view)
  const other = otherCommand(service, facts, own, calls)
  const answers = (): Answers | undefined => answersInCode(own, knowledge.modules, view)
  // What an image of PHP-FPM is told to run instead is what it is called.
  const isTold = thing?.module.manifest.layer === 'platform' && service.command !== '' && !thing.isRun
  const pages = (kind: Kind | undefined): Aside | undefined =>
    kind && staticSite(service, facts, kind.module, view)
  const pagesOr = (kind: Kind | undefined): Verdict | undefined => pages(kind) ?? kind
  return (
    seenAs(everything, facts, own) ??
    (isPortless ? shownByWorker(workers, facts, candidates, knowledge, view) : undefined) ??
    (thing?.isRun ? undefined : seenAs(works.map(unnamed), facts, own)) ??
    (isTold ? seenAs(works, facts, own) : undefined) ??
    pages(thing) ??
    (thing?.by === 'package' ? other : undefined) ??
    thing ??
    seenAs(works, facts, own) ??
    clonedCode(service, facts, projects) ??
    plainScript(facts, own, view) ??
    other ??
    (isPortless && facts.exposed.length === 0 ? startsNothing(service, facts) : undefined) ??
    listensToQueue(service, facts, own, view) ??
    silentGo(service, own, facts, calls, view) ??
    appHere(candidates, facts, knowledge, answers, view) ??
    (isServer(rulesOf(knowledge), facts) ||
    servesFront(finalCommand(facts, own), own, knowledge.modules, view)
      ? undefined
      : seenAs(fronts, facts, own)) ??
    (isOwnCode(service, facts) && languageOf(facts) !== undefined
      ? undefined
      : guess(
          knowledge.modules,
          service.image === undefined ? facts : withCalledPort(service, facts, calls),
        )) ??
    named(knowledge.modules, facts) ??
    silentCode(answers()) ??
    pagesOr(
      own?.entry === undefined
        ? elsewhere(knowledge.modules, withOwnVariables(service, withCalledPort(service, facts, calls)), own)
        : undefined,
    ) ??
    startsNothing(service, facts) ??
    answering(service, facts, knowledge.modules, own, answers(), view) ??
    ofOwner(service, facts, knowledge.modules, origin, calls) ??
    unknown(service, facts, view)
  )
}

const rulesOf = ({ modules }: Knowledge): Rule[] => modules.map(one => one.manifest.evidence)

/** Nothing publishes a port of it, calls one, routes to one or asks for a page. */
const hasNoPort = (service: ComposeService, facts: Facts, calls: Calls): boolean =>
  !facts.ports.some(one => mayAnswer(one.value)) &&
  calls.portOf(service) === undefined &&
  labelledPort(service) === undefined &&
  !isAsked(facts)

/** The app that the code here is. A library of metrics alone makes none of what answers nothing. */
function appHere(
  candidates: Candidates,
  facts: Facts,
  knowledge: Knowledge,
  answers: () => Answers | undefined,
  view: RepoView,
): Verdict | undefined {
  const app = appAmong(candidates, facts, knowledge, view)
  if (app === undefined) return undefined
  if ('reason' in app) return isServer(rulesOf(knowledge), facts) ? undefined : app
  const { commands, env, configs, ...packages } = app.module.manifest.evidence.instrumented
  const isLibrary = Object.values(packages)
    .flat()
    .some(one => one.name === app.package?.name)
  return (isLibrary ? silentCode(answers()) : undefined) ?? app
}

/** A worker that shows its numbers is watched like what answers requests. */
function shownByWorker(
  rules: readonly SeenRule[],
  facts: Facts,
  candidates: Candidates,
  knowledge: Knowledge,
  view: RepoView,
): Kind | undefined {
  const [own] = candidates.own
  const { modules } = knowledge
  const workers = rules.filter(one => one.role === 'worker')
  if (seenAs(workers, facts, own) === undefined) return undefined
  const page = metricsPage(own, facts, modules, view)
  const kind = page && showing(page, own, modules)
  const app = kind && appAmong(candidates, facts, knowledge, view)
  return kind && app && !('reason' in app) ? { ...kind, module: app.module } : kind
}

function unknown(service: ComposeService, facts: Facts, view: RepoView): Aside {
  const [image] = facts.images
  if (service.build && !facts.dockerfile)
    return {
      reason: `its Dockerfile ${view.refused(service.build.dockerfile) ?? 'is not in the repo'} (${service.build.dockerfile})`,
      source: service.source('build'),
      part: undefined,
    }
  if (service.build)
    return {
      reason: 'nothing here says that it answers requests',
      source: service.source('build'),
      part: undefined,
    }
  const unset = service.unset.length > 0 ? `: nothing here sets ${service.unset.join(' and ')}` : ''
  const known = image ? `vigie does not know the image ${image.value}` : 'it has no image and no build'
  const reason = image || unset === '' ? `${known}${unset}` : `its image is unknown${unset}`
  return { reason, source: image?.source ?? service.source(), part: undefined }
}
