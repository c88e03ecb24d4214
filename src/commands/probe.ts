import { UserError } from '../core/errors.ts'
import { runtimeRow } from '../core/render/requests.ts'
import { metricsIn, unmeasuredIn } from '../core/requests/exposition.ts'
import {
  type Candidate,
  type Guess,
  guesses,
  type Recognised,
  recognise,
} from '../core/requests/recognise.ts'
import type { RuntimeRow } from '../core/requests/runtime.ts'
import { type Answer, ask, unanswered } from '../io/http.ts'
import { loadRegistry, loadStackTemplates } from '../io/templates.ts'
import type { Run } from './run.ts'

const PATIENCE = 10_000

/** `vigie detect --probe URL`: reads a running /metrics and says which library's names it finds there. */
export async function probeCommand(run: Run, given: string): Promise<number> {
  const { url, text, trusted } = await read(given)
  const metrics = metricsIn(text)
  const found = recognise(metrics, candidates(run.root))
  if (run.options.json) {
    run.print(`${JSON.stringify({ schema: 1, url, metrics: metrics.size, found }, null, 2)}\n`)
    return 0
  }
  const lines = [
    `${url} serves ${metrics.size} metrics.`,
    ...(trusted
      ? []
      : [
          'Its certificate is none that this machine trusts:  metricsTls: unverified  reads it all the same.',
        ]),
    ...(found.length > 0 ? knownText(found) : unknownText(guesses(metrics), unmeasuredIn(text))),
  ]
  run.print(`${lines.join('\n')}\n`)
  return 0
}

function candidates(root: string): Candidate[] {
  const { runtimes } = loadStackTemplates()
  return loadRegistry(root)
    .all()
    .flatMap(module => {
      return Object.entries(module.manifest.requests ?? {}).map(([library, row]) => ({
        kind: module.id,
        library,
        row,
        runtime: namesOf(runtimeRow(row.runtime ?? module.manifest.runtime, runtimes)),
      }))
    })
}

/** The metrics of a runtime that stand for themselves. */
const namesOf = (runtime: RuntimeRow | undefined): string[] =>
  Object.values(runtime ?? {}).flatMap(value =>
    typeof value === 'string' && value.includes('_') ? [value] : [],
  )

interface Read {
  /** Without the login. */
  readonly url: string
  readonly text: string
  readonly trusted: boolean
}

/** @throws UserError when nothing answers, or what answers serves no metrics */
async function read(given: string): Promise<Read> {
  if (!/^https?:\/\//.test(given) || !URL.canParse(given))
    throw new UserError(`"${given}" is no URL.`, {
      hint: 'vigie detect --probe http://localhost:3000/metrics',
    })
  const { url, login } = withoutLogin(given)
  const first = await ask(url, { timeout: PATIENCE, login })
  const trusted = first.ok || first.why !== 'certificate'
  // A password goes to nobody who cannot say who he is.
  const answer = trusted || login ? first : await ask(url, { timeout: PATIENCE, anyCertificate: true })
  if (!answer.ok)
    throw new UserError(`Nothing can be read from ${url}: ${unanswered(answer)}.`, {
      hint: 'Is it running, and is that its port? Inside Compose, use the port it publishes.',
    })
  refuseOtherThanMetrics(url, answer)
  return { url, text: answer.text, trusted }
}

function withoutLogin(given: string): { url: string; login: { user: string; password: string } | undefined } {
  const url = new URL(given)
  const { username, password } = url
  if (username === '' && password === '') return { url: given, login: undefined }
  url.username = ''
  url.password = ''
  return {
    url: url.href,
    login: { user: decodeURIComponent(username), password: decodeURIComponent(password) },
  }
}

function refuseOtherThanMetrics(url: string, { status, text }: Extract<Answer, { ok: true }>): void {
  if (status === 401 || status === 403)
    throw new UserError(`${url} answers with status ${status}: it wants a login.`, {
      hint: `vigie detect --probe ${url.replace('://', '://USER:PASSWORD@')}`,
    })
  if (status === 200 && metricsIn(text).size > 0) return
  const waiting = status === 200 && /^# TYPE /m.test(text)
  throw new UserError(
    waiting
      ? `${url} names metrics, and has counted nothing yet.`
      : `${url} answers with status ${status}, and without metrics.`,
    { hint: waiting ? 'Send it some requests, then probe it again.' : 'Is that the path of its metrics?' },
  )
}

function knownText(found: readonly Recognised[]): string[] {
  const [best] = found
  if (!best) return []
  const equal = found.filter(one => one.score === best.score)
  const prefix = best.prefix === undefined ? '' : `, prefix: ${best.prefix}`
  return [
    `Requests are named as by ${best.library}: ${equal.map(one => one.kind).join(', ')}.`,
    '',
    `  kind: ${best.kind}, library: ${best.library}${prefix}   # kind: http where it is none of these`,
  ]
}

function unknownText(unknown: readonly Guess[], unmeasured: readonly string[]): string[] {
  if (unknown.length === 0)
    return [
      unmeasured.length === 0
        ? 'None of them measures requests in a way that vigie knows.'
        : `It has measured nothing yet with ${unmeasured.join(', ')}. Send it some requests, then probe it again.`,
    ]
  return [
    'No library that vigie knows names requests like this. If one of these measures them, check its line:',
    '',
    ...unknown.map(one => `  kind: http, map: ${one.map}   # labels ${one.labels.join(', ') || 'none'}`),
  ]
}
