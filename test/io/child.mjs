// Run by kill.test.ts: commits the operations in argv with the compiled transaction, and dies where it is told to.
import * as fs from 'node:fs'
import { pathToFileURL } from 'node:url'

const [compiled, root, mode, at] = process.argv.slice(2)
const { commit, recover } = await import(pathToFileURL(`${compiled}/io/transaction.js`).href)
const { acquireLock } = await import(pathToFileURL(`${compiled}/io/lock.js`).href)
const { nodeIo } = await import(pathToFileURL(`${compiled}/io/port.js`).href)
const { operations } = JSON.parse(fs.readFileSync(`${root}/../operations.json`, 'utf8'))

// Dying at a read is dying at the write that follows it.
const reads = ['lstatSync', 'readFileSync', 'readdirSync', 'realpathSync', 'statSync']
let calls = 0
const killing = new Proxy(fs, {
  get:
    (target, name) =>
    (...args) => {
      if (mode === 'kill-at' && !reads.includes(name) && calls++ === Number(at))
        process.kill(process.pid, 'SIGKILL')
      return target[name](...args)
    },
})
const io = { ...nodeIo('vigie add redis'), fs: killing }

async function attempt() {
  const recovered = recover(root, 'monitoring', io)
  return { ...(await commit(root, 'monitoring', operations, io)), recovered }
}

if (mode === 'hold') {
  acquireLock(root, 'monitoring', io)
  fs.writeSync(1, 'held\n')
  process.stdin.resume()
} else {
  if (mode === 'loop') fs.writeSync(1, 'start\n')
  const done = await attempt().catch(error => ({ error: error.message, bug: error.name !== 'UserError' }))
  fs.writeSync(1, `${JSON.stringify(done)}\n`)
  if (done.signal === 'SIGINT') process.exitCode = 130
  if (done.error) process.exitCode = 2
}
