import type { Module } from '../core/modules/module.ts'
import { appAmong, startsApp } from './app.ts'
import type { Candidates } from './code/candidates.ts'
import { imageWeight } from './docker/image.ts'
import { matchThing } from './evidence.ts'
import type { Facts } from './facts.ts'
import type { Project } from './manifests/projects.ts'
import { languageOfCommand } from './program/command.ts'
import { ranked } from './ranked.ts'
import type { RepoView } from './repo.ts'
import type { Kind, Knowledge } from './verdict.ts'

/** A technology that an image is, and what says so. */
export interface Thing extends Kind {
  /** The command says it too. */
  readonly isRun: boolean
  readonly by: 'image' | 'package' | 'command'
}

/** What the image, the packages or the command say. */
function thingOf(modules: readonly Module[], facts: Facts, project: Project | undefined): Thing | undefined {
  const found = ranked(modules, module => {
    const { evidence, layer, id } = module.manifest
    const packages = [...evidence.packages, id, `${id}-server`]
    const commands = layer === 'app' ? [] : evidence.commands
    const rule = { ...evidence, packages, commands }
    const isAbove = evidence.over.some(other => isImageOf(modules, other, facts))
    return isAbove ? matchThing(rule, facts, project, true) : matchThing(rule, facts, project)
  })
  if (!found) return undefined
  const { module, match } = found
  const says = (by: string): boolean => match.evidence.some(one => one.what.startsWith(`${by} `))
  return {
    module,
    project: undefined,
    package: undefined,
    evidence: match.evidence,
    confidence: facts.images.length > 0 && match.weight >= 100 ? 'high' : 'medium',
    isRun: says('command'),
    by: says('image') ? 'image' : says('package') ? 'package' : 'command',
  }
}

const isImageOf = (modules: readonly Module[], id: string, facts: Facts): boolean =>
  modules.some(
    one =>
      one.manifest.id === id &&
      facts.images.some(image =>
        one.manifest.evidence.images.some(glob => imageWeight(image.value, glob) > 0),
      ),
  )

/** The thing that an image is, unless a program of another kind is started in it. */
export function runningThing(
  candidates: Candidates,
  facts: Facts,
  knowledge: Knowledge,
  view: RepoView,
): Thing | undefined {
  const thing = thingOf(knowledge.modules, facts, candidates.own[0])
  if (thing === undefined) return undefined
  const { layer, evidence, port } = thing.module.manifest
  const open = [...facts.ports, ...facts.exposed].map(one => one.value)
  // A database that is installed beside a program of one's own, for its client or its library, is not what answers.
  const isBeside =
    /^(database|broker)$/.test(layer) && port !== undefined && open.length > 0 && !open.includes(port)
  if (thing.by === 'package' && !thing.isRun && isBeside) return undefined
  const isBoth = evidence.over.some(other => isImageOf(knowledge.modules, other, facts))
  const isProxy = layer === 'proxy' && (isBoth || thing.by !== 'image')
  const app = isProxy ? appAmong(candidates, facts, knowledge, view) : undefined
  const isPhp = app !== undefined && 'module' in app && app.project?.ecosystem === 'composer'
  // Where no PHP is installed, the code is only mounted for its pages.
  if (isPhp && !hasPhp(facts)) return thing
  const isWayIn = app !== undefined && 'module' in app && app.confidence === 'high'
  // PHP answers through the server that is started beside it.
  if (thing.isRun) return isWayIn && isPhp ? undefined : thing
  if (languageOfCommand(facts) !== undefined || startsApp(candidates, facts, knowledge, view))
    return undefined
  // A proxy that is installed beside an app is its way in: the app is what matters.
  return isWayIn ? undefined : thing
}

const hasPhp = ({ images, packages }: Facts): boolean =>
  images.some(one => /php/i.test(one.value)) || packages.some(one => one.value.startsWith('php'))
