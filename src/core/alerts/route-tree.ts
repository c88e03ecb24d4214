import * as v from 'valibot'
import { parse } from 'yaml'
import { UserError } from '../errors.ts'
import { type Labels, type Matcher, matches, parseMatcher } from './matcher.ts'

interface RawRoute {
  receiver?: string | undefined
  matchers?: string[] | undefined
  continue?: boolean | undefined
  routes?: RawRoute[] | undefined
  active_time_intervals?: string[] | undefined
  mute_time_intervals?: string[] | undefined
  group_wait?: string | undefined
  repeat_interval?: string | undefined
}
const RawRoute: v.GenericSchema<RawRoute> = v.object({
  receiver: v.optional(v.string()),
  matchers: v.optional(v.array(v.string())),
  continue: v.optional(v.boolean()),
  routes: v.optional(v.array(v.lazy(() => RawRoute))),
  active_time_intervals: v.optional(v.array(v.string())),
  mute_time_intervals: v.optional(v.array(v.string())),
  group_wait: v.optional(v.string()),
  repeat_interval: v.optional(v.string()),
})
const Named = v.array(v.looseObject({ name: v.string() }))
const File = v.object({ route: RawRoute, receivers: Named })

interface Route extends Omit<RawRoute, 'matchers' | 'routes'> {
  readonly matchers: readonly Matcher[]
  readonly routes: readonly Route[]
}

/** What alertmanager.yml says about who hears of what, with the edits of people in it. */
export interface Routing {
  readonly root: Route
  /** Names of receivers that have a channel. */
  readonly receivers: readonly string[]
}

/** A receiver that would hear of an alert, and why. */
export interface Hit {
  readonly receiver: string
  readonly because: readonly string[]
  /** Only during these intervals, or never during them. */
  readonly only: readonly string[]
  readonly never: readonly string[]
  readonly groupWait: string
  readonly repeat: string
}

/** @throws UserError when the file is no Alertmanager configuration */
export function parseRouting(text: string, file: string): Routing {
  const result = v.safeParse(File, parseYaml(text, file))
  if (!result.success)
    throw new UserError(`This is no Alertmanager configuration: ${result.issues[0].message}`, {
      at: { file },
      hint: `vigie restore ${file}   gives it back as vigie writes it`,
    })
  const { route, receivers } = result.output
  return {
    root: prepare(route),
    receivers: receivers
      .filter(one => Object.keys(one).some(key => key.endsWith('_configs')))
      .map(one => one.name),
  }
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    throw new UserError(
      `This is not valid YAML: ${error instanceof Error ? error.message.split('\n')[0] : error}`,
      {
        at: { file },
        hint: `mend it, or  vigie restore ${file}`,
      },
    )
  }
}

const prepare = (raw: RawRoute): Route => ({
  ...raw,
  matchers: (raw.matchers ?? []).flatMap(text => parseMatcher(text) ?? []),
  routes: (raw.routes ?? []).map(prepare),
})

/** The routes an alert ends at, in Alertmanager's order: the deepest that match, and the next sibling after `continue`. */
export function hitsOf(routing: Routing, labels: Labels): Hit[] {
  return walk(routing.root, labels, {
    receiver: '',
    because: [],
    only: [],
    never: [],
    groupWait: '30s',
    repeat: '4h',
  })
}

function walk(route: Route, labels: Labels, above: Hit): Hit[] {
  const here: Hit = {
    receiver: route.receiver ?? above.receiver,
    because: [...above.because, ...route.matchers.map(matcher => matcher.text)],
    // Intervals are the one thing that routes do not inherit.
    only: route.active_time_intervals ?? [],
    never: route.mute_time_intervals ?? [],
    groupWait: route.group_wait ?? above.groupWait,
    repeat: route.repeat_interval ?? above.repeat,
  }
  const below: Hit[] = []
  for (const child of route.routes) {
    if (!child.matchers.every(matcher => matches(matcher, labels))) continue
    below.push(...walk(child, labels, here))
    if (child.continue !== true) break
  }
  return below.length > 0 ? below : [here]
}

/** Only those behind which there is a channel: `nobody` has none. */
export const heardBy = (routing: Routing, labels: Labels): Hit[] =>
  hitsOf(routing, labels).filter(hit => routing.receivers.includes(hit.receiver))
