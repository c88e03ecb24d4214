import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needs, tool } from '../tools.ts'
import { APPS, prepare, type Running, run } from './apps.ts'
import { caughtUp, type Server, startPrometheus } from './prometheus.ts'

interface Socket {
  once(event: 'open' | 'message' | 'error', listener: () => void): void
  send(text: string): void
  close(): void
}
const SOCKETS = 5
const ROUNDS = 40
const BAD = 4

/** The application's own metrics under its kind, and once more as names that only `map` knows. */
export function websocketTests(): void {
  const [app] = APPS
  const program = tool('prometheus')
  const reason = program === undefined ? undefined : app ? prepare(app) : 'no application'
  const said = reason ? `WebSockets (skipped: ${reason})` : needs('WebSockets', 'prometheus')

  describe.skipIf(program === undefined || reason !== undefined)(said, () => {
    const sockets: Socket[] = []
    let running: Running | undefined
    let server: Server | undefined
    const value = (query: string): Promise<number> => server?.value(query) ?? Promise.resolve(Number.NaN)

    beforeAll(async () => {
      if (!app) return
      running = await run(app)
      for (let index = 0; index < SOCKETS; index++) sockets.push(await open(running.port))
      await echo(sockets[0])
      await fetch(`http://127.0.0.1:${running.port}/hello/ada`)
      const address = `127.0.0.1:${running.port}`
      const map = {
        duration: 'http_request_duration_seconds',
        status: 'status_code',
        route: 'route',
        inFlight: 'http_requests_in_flight',
      }
      server = await startPrometheus(program ?? '', {
        game: { kind: 'express', address, websocket: true },
        odd: { kind: 'http', address, websocket: true, map },
      })
      await until(async () => (await value('sum(app:websocket_connections_active:sum)')) === 2 * SOCKETS)
      // Over some seconds, since what a rate adds at both ends counts for less the longer it is.
      for (let round = 0; round < ROUNDS; round++) {
        await Promise.all(sockets.map(echo))
        await new Promise(done => setTimeout(done, 300))
      }
      for (let index = 0; index < BAD; index++) sockets[0]?.send('bad')
      for (let index = 0; index < 20; index++) await fetch(`http://127.0.0.1:${running.port}/hello/ada`)
      sockets.pop()?.close()
      await until(
        async () => (await value('sum(app:websocket_connections_active:sum)')) === 2 * (SOCKETS - 1),
      )
      await caughtUp(server, 2)
    })
    afterAll(() => {
      for (const socket of sockets) socket.close()
      server?.stop()
      running?.stop()
    })

    it.each(['game', 'odd'])('are counted as %s', async service => {
      const total = SOCKETS * ROUNDS
      const messages = (direction: string): Promise<number> =>
        value(`300 * sum(app:websocket_messages:rate5m{service="${service}", direction="${direction}"})`)
      const close = (actual: number, wanted: number): void => {
        expect(actual).toBeGreaterThan(wanted * 0.85)
        expect(actual).toBeLessThan(wanted * 1.15)
      }
      close(await messages('sent'), total)
      close(await messages('received'), total + BAD)
      close(await value(`300 * sum(app:websocket_errors:rate5m{service="${service}"})`), BAD)
      close(await value(`300 * app:http_requests_all:rate5m{service="${service}"}`), 20)
      expect(await value(`app:http_requests_in_flight:sum{service="${service}"}`)).toBe(0)
    })
  })
}

async function open(port: number): Promise<Socket> {
  const require = createRequire(fileURLToPath(new URL('../../.cache/traffic/express/', import.meta.url)))
  const { WebSocket } = require('ws') as { WebSocket: new (url: string) => Socket }
  const socket = new WebSocket(`ws://127.0.0.1:${port}/live`)
  await new Promise<void>((opened, failed) => {
    socket.once('open', opened)
    socket.once('error', () => failed(new Error('the socket does not open')))
  })
  return socket
}

function echo(socket: Socket | undefined): Promise<void> {
  return new Promise(answered => {
    socket?.once('message', answered)
    socket?.send('move')
  })
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await holds()) return
    await new Promise(done => setTimeout(done, 200))
  }
  throw new Error('Prometheus never recorded it')
}
