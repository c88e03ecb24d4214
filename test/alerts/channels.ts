import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a service does with the next message: take it, answer with a status, or never answer. */
export type Mood = 'ok' | 400 | 401 | 429 | 500 | 'hang'

export interface Message {
  readonly channel: string
  readonly path: string
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: string
}

export interface Channels {
  readonly port: number
  /** Everything that was taken. */
  readonly taken: Message[]
  /** Everything that came, taken or not. */
  readonly seen: Message[]
  /** The moods of a channel, one a message; the last one stays. */
  moods(channel: string, ...moods: readonly Mood[]): void
  close(): Promise<void>
}

/** How each service says yes, and no. */
const ANSWERS: Readonly<
  Record<string, (mood: Exclude<Mood, 'hang'>) => [number, string, Record<string, string>?]>
> = {
  slack: mood =>
    mood === 'ok'
      ? [200, 'ok']
      : mood === 400
        ? [400, 'invalid_payload']
        : mood === 401
          ? [403, 'invalid_token']
          : mood === 429
            ? [429, 'rate_limited', { 'retry-after': '1' }]
            : [500, 'rollup_error'],
  discord: mood =>
    mood === 'ok'
      ? [204, '']
      : mood === 401
        ? [401, '{"message": "Invalid Webhook Token", "code": 50027}']
        : mood === 429
          ? [
              429,
              '{"message": "You are being rate limited.", "retry_after": 0.5, "global": false}',
              { 'retry-after': '1' },
            ]
          : [mood, '{"message": "Cannot send an empty message", "code": 50006}'],
  msteams: mood =>
    mood === 'ok' ? [202, ''] : [mood, '{"error":{"code":"InvalidRequest","message":"The flow is off."}}'],
  telegram: mood =>
    mood === 'ok'
      ? [200, '{"ok":true,"result":{"message_id":1,"date":1,"chat":{"id":-1001,"type":"group"}}}']
      : mood === 429
        ? [
            429,
            '{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 1","parameters":{"retry_after":1}}',
          ]
        : [
            mood,
            `{"ok":false,"error_code":${mood},"description":"${mood === 401 ? 'Unauthorized' : 'Bad Request: chat not found'}"}`,
          ],
  pagerduty: mood =>
    mood === 'ok'
      ? [202, '{"status":"success","message":"Event processed","dedup_key":"x"}']
      : [
          mood,
          '{"status":"invalid event","message":"Event object is invalid","errors":["Invalid routing key"]}',
        ],
}

const CHANNEL = /^\/(?:bot)?([a-z]+)/

/** One server for all channels; the first part of the path says which. */
export async function channels(): Promise<Channels> {
  const taken: Message[] = []
  const seen: Message[] = []
  const moods = new Map<string, Mood[]>()
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', part => parts.push(part))
    request.on('end', () => {
      const path = request.url ?? ''
      const channel = path.startsWith('/bot') ? 'telegram' : (CHANNEL.exec(path)?.[1] ?? '')
      const message = { channel, path, headers: request.headers, body: Buffer.concat(parts).toString() }
      seen.push(message)
      const queue = moods.get(channel) ?? ['ok']
      const mood = (queue.length > 1 ? queue.shift() : queue[0]) ?? 'ok'
      if (mood === 'ok') taken.push(message)
      answer(response, channel, mood)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    taken,
    seen,
    moods: (channel, ...next) => moods.set(channel, [...next]),
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function answer(response: ServerResponse, channel: string, mood: Mood): void {
  if (mood === 'hang') return
  const plain = (): [number, string] => (mood === 'ok' ? [200, '{}'] : [mood, `no (${mood})`])
  const [status, body, headers] = ANSWERS[channel]?.(mood) ?? plain()
  response.writeHead(status, headers).end(body)
}
