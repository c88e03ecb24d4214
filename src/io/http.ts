import { get } from 'node:https'
import { text } from 'node:stream/consumers'

/** An answer, or why there is none. Never throws and never hangs. */
export type Answer =
  | { readonly ok: true; readonly status: number; readonly text: string; readonly date: string | undefined }
  | {
      readonly ok: false
      readonly why: 'refused' | 'timeout' | 'reset' | 'unknown-host' | 'certificate' | 'other'
      readonly detail: string
    }

export interface Ask {
  readonly method?: 'GET' | 'POST'
  /** Sent as JSON. */
  readonly body?: unknown
  readonly login?: { readonly user: string; readonly password: string } | undefined
  /** Speak with a server whose certificate nobody vouches for. */
  readonly anyCertificate?: boolean
  readonly timeout?: number
}

const TIMEOUT = 5000

/** Asks a server on this machine. A kept connection that the server has just closed is no answer: a question is put again. */
export async function ask(url: string, options: Ask = {}): Promise<Answer> {
  const answer = await askOnce(url, options)
  return !answer.ok && answer.why === 'reset' ? askOnce(url, options) : answer
}

async function askOnce(url: string, options: Ask): Promise<Answer> {
  const { login, body } = options
  if (options.anyCertificate) return askAnyone(url, options.timeout ?? TIMEOUT)
  try {
    const response = await fetch(url, {
      method: options.method ?? 'GET',
      redirect: 'manual',
      signal: AbortSignal.timeout(options.timeout ?? TIMEOUT),
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(login
          ? { authorization: `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}` }
          : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return {
      ok: true,
      status: response.status,
      text: await response.text(),
      date: response.headers.get('date') ?? undefined,
    }
  } catch (error) {
    return { ok: false, why: whyOf(error), detail: error instanceof Error ? error.message : String(error) }
  }
}

/** `fetch` checks every certificate, so this goes without it. */
function askAnyone(url: string, timeout: number): Promise<Answer> {
  const signal = AbortSignal.timeout(timeout)
  return new Promise(answered => {
    const failed = (error: Error): void =>
      answered({ ok: false, why: signal.aborted ? 'timeout' : 'other', detail: error.message })
    get(url, { rejectUnauthorized: false, signal }, response => {
      text(response).then(
        body =>
          answered({ ok: true, status: response.statusCode ?? 0, text: body, date: response.headers.date }),
        failed,
      )
    }).on('error', failed)
  })
}

function whyOf(error: unknown): Extract<Answer, { ok: false }>['why'] {
  if (!(error instanceof Error)) return 'other'
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'timeout'
  const code = error.cause instanceof Error && 'code' in error.cause ? String(error.cause.code) : ''
  if (code === 'ECONNREFUSED') return 'refused'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'unknown-host'
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)) return 'certificate'
  return code === 'ECONNRESET' || code === 'UND_ERR_SOCKET' ? 'reset' : 'other'
}

/** Half a sentence for people. */
export function unanswered(answer: Extract<Answer, { ok: false }>): string {
  const WORDS = {
    refused: 'nothing listens there',
    timeout: 'it does not answer in time',
    reset: 'it hangs up',
    'unknown-host': 'its name is not known',
    certificate: 'its certificate is none that this machine trusts',
    other: answer.detail,
  }
  return WORDS[answer.why]
}
