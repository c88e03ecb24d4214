import type { SeenRule } from '../core/modules/seen.ts'
import type { ComposeService } from './compose/service.ts'
import { isOfOwner, type Origin } from './docker/own-image.ts'
import type { Facts } from './facts.ts'
import type { Calls } from './ports/calls.ts'
import { mayAnswer } from './ports/port.ts'
import type { Knowledge } from './verdict.ts'

/** What may be recognised of one service and not watched, by what it comes before. */
export interface RulesHere {
  readonly everything: readonly SeenRule[]
  /** What beats apps. */
  readonly workers: readonly SeenRule[]
  /** The same, without names where a name says nothing. */
  readonly works: readonly SeenRule[]
  readonly fronts: readonly SeenRule[]
}

/** @param isPortless whether nothing publishes a port of it, or calls one */
export function rulesHere(
  service: ComposeService,
  facts: Facts,
  { seen }: Knowledge,
  calls: Calls,
  origin: Origin,
  isPortless: boolean,
): RulesHere {
  const holding = (beats: SeenRule['beats']): SeenRule[] =>
    seen.filter(one => one.beats === beats && (!one.portless || isPortless))
  // A program without a module is one of ours all the same in the repo that makes it.
  const isMadeHere = service.build === undefined && isOfOwner(service.image ?? '', origin)
  const workers = holding('apps')
  const isOwn = exposesOwn(service, facts, calls)
  return {
    everything: holding('everything').filter(one => !isMadeHere || one.role !== 'program'),
    workers,
    works: isOwn ? workers.map(one => (one.portless ? unnamed(one) : one)) : workers,
    fronts: seen.filter(one => one.beats === 'nothing'),
  }
}

/** A rule that no name speaks for. */
export const unnamed = (rule: SeenRule): SeenRule => ({ ...rule, names: [] })

/** A program of its own whose image exposes a port, and which is told to start nothing else: its name alone makes no worker of it. */
const exposesOwn = (
  { command, build, name }: ComposeService,
  { exposed }: Facts,
  { services }: Calls,
): boolean =>
  command === '' &&
  exposed.some(one => mayAnswer(one.value)) &&
  !services.some(one => one.name !== name && one.build?.dockerfile === build?.dockerfile)
