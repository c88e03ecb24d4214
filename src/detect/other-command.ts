import type { Ecosystem } from '../core/modules/manifest.ts'
import type { ComposeService } from './compose/service.ts'
import type { Facts } from './facts.ts'
import type { Project } from './manifests/projects.ts'
import type { Calls } from './ports/calls.ts'
import { servesByCommand } from './ports/command-port.ts'
import { proxyLabel } from './ports/labels.ts'
import { mayAnswer } from './ports/port.ts'
import { type Task, taskIn } from './program/package-manager.ts'
import { languageStarted, lastOf } from './program/started.ts'
import type { Aside } from './verdict.ts'

/**
 * `web` and `worker` of one image: the one with ports answers; the other one has a command of its own, no port, and nobody calls
 * it. Its manifests are those of `web`, so they say nothing of it.
 */
export function otherCommand(
  service: ComposeService,
  facts: Facts,
  project: Project | undefined,
  calls: Calls,
): Aside | undefined {
  if (
    service.command === '' ||
    facts.ports.some(one => mayAnswer(one.value)) ||
    calls.portOf(service) !== undefined
  )
    return undefined
  if (proxyLabel(service) !== undefined || servesByCommand(facts, project)) return undefined
  const port = service.environment.get('PORT')?.value
  const twin = calls.services.find(
    other =>
      other !== service &&
      isSameCode(service, other) &&
      other.command !== service.command &&
      other.ports.length + other.exposed.length > 0 &&
      (port === undefined || port === other.environment.get('PORT')?.value),
  )
  return twin
    ? {
        reason: `it runs another command of the code of ${twin.name}, and has no port`,
        source: service.source('command'),
        part: undefined,
      }
    : undefined
}

/** Of one image, and no other package of its workspace or program of another language. */
function isSameCode(one: ComposeService, other: ComposeService): boolean {
  const isOther =
    other.command !== '' &&
    (taskOf(one)?.workspace !== taskOf(other)?.workspace ||
      languageOfCommand(one) !== languageOfCommand(other))
  if (isOther) return false
  if (one.image !== undefined && one.image === other.image) return true
  return (
    one.build !== undefined &&
    one.build.dockerfile === other.build?.dockerfile &&
    one.build.context === other.build.context
  )
}

const taskOf = ({ command }: ComposeService): Task | undefined => taskIn(lastOf(command))
const languageOfCommand = ({ command }: ComposeService): Ecosystem | undefined =>
  languageStarted(lastOf(command))
