import type { Labels } from '../../core/alerts/matcher.ts'
import { type Hit, heardBy } from '../../core/alerts/route-tree.ts'
import { UserError } from '../../core/errors.ts'
import { table } from '../../ui/report.ts'
import type { Run } from '../run.ts'
import { openWorkspace } from '../workspace.ts'
import { readRouting } from './connect.ts'

/** `vigie alerts route severity=critical service=api`: who would hear of it, and why. @returns 1 when nobody would */
export function routeCommand(run: Run, pairs: readonly string[]): number {
  const workspace = openWorkspace(run.root)
  const labels = labelsOf(pairs)
  const hits = heardBy(readRouting(run, workspace), labels)
  if (run.options.json) run.print(`${JSON.stringify({ schema: 1, labels, receivers: hits }, null, 2)}\n`)
  else if (hits.length === 0) run.print('Nobody would hear of it.\n')
  else run.print(table(hits.map(hit => [hit.receiver, reason(hit), timing(hit)])))
  return hits.length === 0 ? 1 : 0
}

function labelsOf(pairs: readonly string[]): Labels {
  return Object.fromEntries(
    pairs.map(pair => {
      const at = pair.indexOf('=')
      if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)]
      throw new UserError(`"${pair}" is no label.`, {
        hint: 'vigie alerts route severity=critical service=api',
      })
    }),
  )
}

const reason = (hit: Hit): string => `because ${hit.because.join(' and ') || 'it is the default'}`

function timing(hit: Hit): string {
  const hours = [
    ...hit.only.map(name => `only during ${name}`),
    ...hit.never.map(name => `not during ${name}`),
  ]
  return [`after ${hit.groupWait}, again every ${hit.repeat}`, ...hours].join(', ')
}
