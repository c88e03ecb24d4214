import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'

const target = process.env.TARGET ?? 'http://proxy'
const perSecond = Number(process.env.REQUESTS_PER_SECOND ?? 5)
const websockets = Number(process.env.WEBSOCKETS ?? 4)

// Out of a hundred requests; few enough fail on purpose that no alert about the error rate fires.
const mix = [
  [52, () => '/'],
  [30, () => `/items/${1 + Math.floor(Math.random() * 5)}`],
  [4, () => '/items/999'],
  [2, () => '/no-such-page'],
  [10, () => '/slow'],
  [2, () => '/fail'],
]

function pickPath() {
  let ticket = Math.random() * 100
  for (const [share, path] of mix) {
    ticket -= share
    if (ticket < 0) return path()
  }
  return '/'
}

async function request(path) {
  try {
    const response = await fetch(target + path, { signal: AbortSignal.timeout(10_000) })
    await response.arrayBuffer()
  } catch (error) {
    console.error(path, error.message)
  }
}

/** Stays connected for one to three minutes, talks now and then, and comes back. */
async function visitLive() {
  for (;;) {
    const socket = new WebSocket(`${target.replace('http', 'ws')}/live`)
    const gone = new Promise(resolve => socket.once('close', resolve))
    socket.on('error', error => console.error('/live', error.message))
    const chat = setInterval(() => {
      if (socket.readyState !== WebSocket.OPEN) return
      socket.send(Math.random() < 0.01 ? 'not json' : JSON.stringify({ hello: 'shop' }))
    }, 3000)
    const leave = setTimeout(() => socket.close(1000), 60_000 + Math.random() * 120_000)
    await gone
    clearInterval(chat)
    clearTimeout(leave)
    await sleep(1000 + Math.random() * 2000)
  }
}

for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(0))

console.log(`sending ${perSecond} requests/s to ${target}`)
for (let i = 0; i < websockets; i++) visitLive()
setInterval(() => request(pickPath()), 1000 / perSecond)
