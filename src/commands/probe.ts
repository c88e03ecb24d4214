import { UserError } from '../core/errors.ts'
import { runtimeRow } from '../core/render/requests.ts'
import { metricsIn } from '../core/requests/exposition.ts'
import { type Candidate, type Recognised, recognise, unknownHistograms } from '../core/requests/recognise.ts'
import { ask, unanswered } from '../io/http.ts'
import { loadRegistry, loadStackTemplates } from '../io/templates.ts'
import type { Run } from './run.ts'

const PATIENCE = 10_000

/** `vigie detect --probe URL`: reads a running /metrics and says which library's names it finds there. */
export async function probeCommand(run: Run, url: string): Promise<number> {
  const metrics = metricsIn(await read(url))
  const found = recognise(metrics, candidates(run.root))
  if (run.options.json) {
    run.print(`${JSON.stringify({ schema: 1, url, metrics: metrics.size, found }, null, 2)}\n`)
    return 0
  }
  const unknown = found.length > 0 ? [] : unknownHistograms(metrics)
  run.print(`${probeText(url, metrics.size, found, unknown).join('\n')}\n`)
  return 0
}

function candidates(root: string): Candidate[] {
  const { runtimes } = loadStackTemplates()
  return loadRegistry(root)
    .all()
    .flatMap(module => {
      const runtime = runtimeRow(module.manifest.runtime, runtimes) ?? {}
      const names = Object.values(runtime).filter(value => typeof value === 'string' && value.includes('_'))
      return Object.entries(module.manifest.requests ?? {}).map(([library, row]) => ({
        kind: module.id,
        library,
        row,
        runtime: names as string[],
      }))
    })
}

/** @throws UserError when nothing answers, or what answers serves no metrics */
async function read(url: string): Promise<string> {
  if (!/^https?:\/\//.test(url))
    throw new UserError(`"${url}" is no URL.`, { hint: 'vigie detect --probe http://localhost:3000/metrics' })
  const answer = await ask(url, { timeout: PATIENCE })
  if (!answer.ok)
    throw new UserError(`Nothing can be read from ${url}: ${unanswered(answer)}.`, {
      hint: 'Is it running, and is that its port? Inside Compose, use the port it publishes.',
    })
  if (answer.status !== 200 || metricsIn(answer.text).size === 0)
    throw new UserError(`${url} answers with status ${answer.status}, and without metrics.`, {
      hint: 'Is that the path of its metrics?',
    })
  return answer.text
}

function probeText(
  url: string,
  size: number,
  found: readonly Recognised[],
  unknown: ReturnType<typeof unknownHistograms>,
): string[] {
  const head = `${url} serves ${size} metrics.`
  const [best] = found
  if (best) {
    const equal = found.filter(one => one.score === best.score)
    const prefix = best.prefix === undefined ? '' : `, prefix: ${best.prefix}`
    return [
      head,
      `Requests are named as by ${best.library}: ${equal.map(one => one.kind).join(', ')}.`,
      '',
      `  kind: ${best.kind}, library: ${best.library}${prefix}`,
    ]
  }
  if (unknown.length === 0) return [head, 'None of them is a histogram of requests that vigie knows.']
  return [
    head,
    'No library that vigie knows names requests like this. If one of these histograms measures them, check its line:',
    '',
    ...unknown.map(one => `  kind: http, map: ${one.map}   # labels ${one.labels.join(', ') || 'none'}`),
  ]
}
