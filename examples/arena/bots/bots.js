import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'

const target = process.env.TARGET ?? 'http://gateway:3000'
const players = Number(process.env.PLAYERS ?? 8)
const cheaters = Number(process.env.CHEATERS ?? 0)

const MOVES = ['rock', 'paper', 'scissors']
const anyMove = () => MOVES[Math.floor(Math.random() * MOVES.length)]

/** Plays match after match for one to three minutes. */
async function play(name) {
  const socket = new WebSocket(`${target.replace('http', 'ws')}/play?name=${name}`)
  const say = async (message, afterMs) => {
    await sleep(afterMs * (0.5 + Math.random()))
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
  }
  socket.on('open', () => say({ type: 'join' }, 100))
  socket.on('message', data => {
    const { type } = JSON.parse(data.toString())
    if (type === 'match') say({ type: 'move', move: anyMove() }, 600)
    if (type === 'result' || type === 'left') say({ type: 'join' }, 400)
    if (type === 'error') say({ type: 'join' }, 2000)
  })
  socket.on('error', error => console.error(name, error.message))
  const leave = setTimeout(() => socket.close(1000), 60_000 + Math.random() * 120_000)
  await new Promise(resolve => socket.once('close', resolve))
  clearTimeout(leave)
}

/** Sends what is no message of the game, again and again. */
async function cheat(name) {
  const socket = new WebSocket(`${target.replace('http', 'ws')}/play?name=${name}`)
  const chatter = setInterval(() => socket.readyState === WebSocket.OPEN && socket.send('I win'), 200)
  socket.on('error', error => console.error(name, error.message))
  await new Promise(resolve => socket.once('close', resolve))
  clearInterval(chatter)
}

async function comeBack(visit, name) {
  for (;;) {
    await visit(name)
    await sleep(1000 + Math.random() * 2000)
  }
}

async function lookAtLeaderboard() {
  try {
    const response = await fetch(`${target}/leaderboard`, { signal: AbortSignal.timeout(10_000) })
    await response.arrayBuffer()
  } catch (error) {
    console.error('/leaderboard', error.message)
  }
}

for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(0))

console.log(`${players} players and ${cheaters} cheaters enter ${target}`)
for (let i = 1; i <= players; i++) comeBack(play, `bot-${i}`)
for (let i = 1; i <= cheaters; i++) comeBack(cheat, `cheater-${i}`)
setInterval(lookAtLeaderboard, 500)
