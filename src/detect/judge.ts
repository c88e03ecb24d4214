import type { SeenRule } from '../core/modules/seen.ts'
import { appAmong, startsApp } from './app.ts'
import { projectsOf } from './candidates.ts'
import type { ComposeService } from './compose/service.ts'
import type { Facts } from './facts.ts'
import { silentGo } from './go-answers.ts'
import { answering, elsewhere, guess, named, withCalledPort, withOwnVariables } from './guess.ts'
import type { Projects } from './manifests/projects.ts'
import { otherCommand } from './other-command.ts'
import { plainScript } from './plain-script.ts'
import { type Calls, mayAnswer } from './ports.ts'
import { listensToQueue } from './queue-listener.ts'
import type { RepoView } from './repo.ts'
import { seenAs } from './seen.ts'
import { staticSite } from './static-site.ts'
import { thingOf } from './thing.ts'
import type { Aside, Knowledge, Verdict } from './verdict.ts'

/** Weighs everything that is known of one Compose service. */
export function judge(
  service: ComposeService,
  facts: Facts,
  knowledge: Knowledge,
  projects: Projects,
  calls: Calls,
  view: RepoView,
): Verdict {
  const candidates = projectsOf(service, facts, projects, view)
  const [own] = candidates.own
  const rules = (beats: SeenRule['beats']): SeenRule[] => knowledge.seen.filter(one => one.beats === beats)
  const unnamed = (rule: SeenRule): SeenRule => ({ ...rule, names: [] })
  const isPortless = !facts.ports.some(one => mayAnswer(one.value)) && calls.portOf(service) === undefined
  const works = rules('apps').filter(one => !one.portless || isPortless)
  const image = thingOf(knowledge.modules, facts, own)
  const thing = image?.isRun || !startsApp(candidates, facts, knowledge) ? image : undefined
  return (
    seenAs(rules('everything'), facts, own) ??
    (thing?.isRun ? undefined : seenAs(works.map(unnamed), facts, own)) ??
    (thing && staticSite(service, facts, thing.module, view)) ??
    thing ??
    seenAs(works, facts, own) ??
    plainScript(facts, own, view) ??
    otherCommand(service, facts, own, calls) ??
    listensToQueue(service, facts, view) ??
    silentGo(service, own, facts, calls, view) ??
    appAmong(candidates, facts, knowledge) ??
    seenAs(rules('nothing'), facts, own) ??
    guess(knowledge.modules, service.image === undefined ? facts : withCalledPort(service, facts, calls)) ??
    named(knowledge.modules, facts) ??
    elsewhere(knowledge.modules, withOwnVariables(service, withCalledPort(service, facts, calls))) ??
    answering(service, facts, knowledge.modules, own, view) ??
    unknown(service, facts, view)
  )
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
