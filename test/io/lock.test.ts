import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { acquireLock } from '../../src/io/lock.ts'
import { fakeIo, put, sandbox, snapshot } from './sandbox.ts'

let root = ''
let remove = (): void => undefined
beforeEach(() => {
  ;({ root, remove } = sandbox())
})
afterEach(() => remove())

const LOCK = 'monitoring/.vigie/run.lock'

it('lets one in and tells the other who it is', () => {
  const lock = acquireLock(root, 'monitoring', fakeIo({ now: () => 0 }))
  const second = fakeIo({ pid: 5000, isAlive: () => true })
  expect(() => acquireLock(root, 'monitoring', second)).toThrow(
    'Another vigie is running here (pid 4121, "vigie add redis", 12 s ago).',
  )
  lock.release()
  acquireLock(root, 'monitoring', second).release()
  expect(snapshot(root)).toEqual({})
})

it.each([
  ['of a process that is gone', { pid: 1, host: 'here' }, false],
  ['with our own pid, from before a restart', { pid: 4121, host: 'here' }, true],
])('takes over a lock %s', (_name, owner, alive) => {
  put(root, `${LOCK}/owner.json`, JSON.stringify({ ...owner, cmd: 'x', started: 0, id: 'dead' }))
  acquireLock(root, 'monitoring', fakeIo({ isAlive: () => alive })).release()
  expect(fs.existsSync(join(root, LOCK))).toBe(false)
})

it('respects the lock of another host, of which nothing can be known', () => {
  put(root, `${LOCK}/owner.json`, JSON.stringify({ pid: 1, host: 'there', cmd: 'x', started: 0, id: 'a' }))
  expect(() => acquireLock(root, 'monitoring', fakeIo())).toThrow('pid 1 on there')
})

it('replaces an empty lock directory and respects one it cannot read', () => {
  fs.mkdirSync(join(root, LOCK), { recursive: true })
  acquireLock(root, 'monitoring', fakeIo()).release()
  put(root, `${LOCK}/owner.json`, '{')
  expect(() => acquireLock(root, 'monitoring', fakeIo())).toThrow('Another vigie is running here.')
})

it('sweeps what a process that died while locking left', () => {
  put(root, 'monitoring/.vigie/run.lock.77-x/owner.json', '{}')
  acquireLock(root, 'monitoring', fakeIo()).release()
  expect(snapshot(root)).toEqual({ 'monitoring/': '755' })
})
