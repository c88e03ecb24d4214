import { WebSocket, WebSocketServer } from 'ws'
import { matches, sockets } from './metrics.js'
import { leaderboard, matchmaking } from './services.js'

const NAME = /^[a-z0-9-]{1,20}$/
const BEATS = { rock: 'scissors', paper: 'rock', scissors: 'paper' }

/** Everybody who is connected: name -> { name, socket, opponent, move }. */
const players = new Map()

function tell(player, message) {
  if (player.socket.readyState !== WebSocket.OPEN) return
  player.socket.send(JSON.stringify(message))
  sockets.sent()
}

async function join(player) {
  for (;;) {
    const { opponent } = await matchmaking.enter(player.name)
    if (opponent === null) return tell(player, { type: 'waiting' })
    // The queue may name somebody who has left.
    const other = players.get(opponent)
    if (other && other !== player && !other.opponent) return begin(player, other)
  }
}

function begin(one, other) {
  for (const [player, opponent] of [
    [one, other],
    [other, one],
  ]) {
    Object.assign(player, { opponent, move: undefined })
    tell(player, { type: 'match', against: opponent.name })
  }
}

async function move(player, choice) {
  const { opponent } = player
  if (!opponent || !Object.hasOwn(BEATS, choice)) throw new SyntaxError('no such move now')
  player.move = choice
  if (opponent.move === undefined) return
  const draw = choice === opponent.move
  const [winner, loser] = BEATS[choice] === opponent.move ? [player, opponent] : [opponent, player]
  winner.opponent = loser.opponent = undefined
  matches.inc({ outcome: draw ? 'draw' : 'won' })
  tell(winner, { type: 'result', outcome: draw ? 'draw' : 'won' })
  tell(loser, { type: 'result', outcome: draw ? 'draw' : 'lost' })
  if (!draw) await leaderboard.save(winner.name, loser.name)
}

async function onMessage(player, data) {
  sockets.received()
  try {
    const message = JSON.parse(data.toString())
    if (message.type === 'join' && !player.opponent) await join(player)
    else if (message.type === 'move') await move(player, message.move)
    else throw new SyntaxError('no such message now')
  } catch (error) {
    const type = error instanceof SyntaxError ? 'message' : 'service'
    if (type === 'service') console.error(error.message)
    sockets.failed(type)
    tell(player, { type: 'error', error: type })
  }
}

function leave(player) {
  sockets.closed()
  players.delete(player.name)
  if (player.opponent) {
    player.opponent.opponent = undefined
    tell(player.opponent, { type: 'left' })
  } else {
    matchmaking.leave(player.name).catch(error => console.error(error.message))
  }
}

/** Opens /play?name=… on the HTTP server. */
export function openArena(server) {
  const arena = new WebSocketServer({ noServer: true, maxPayload: 4096 })
  server.on('upgrade', (req, socket, head) => {
    const [path, query] = req.url.split('?')
    const name = new URLSearchParams(query).get('name') ?? ''
    if (path !== '/play' || !NAME.test(name) || players.has(name)) {
      sockets.failed('handshake')
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
      return
    }
    arena.handleUpgrade(req, socket, head, socket => {
      const player = { name, socket, opponent: undefined, move: undefined }
      players.set(name, player)
      sockets.opened()
      socket.on('message', data => onMessage(player, data))
      socket.on('error', () => sockets.failed('socket'))
      socket.on('close', () => leave(player))
    })
  })
  return { close: () => arena.clients.forEach(socket => socket.close(1001)) }
}
