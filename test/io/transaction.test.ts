import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { UserError } from '../../src/core/errors.ts'
import { commit, recover } from '../../src/io/transaction.ts'
import { example, fakeIo, Injected, put, sandbox, snapshot, watchedFs } from './sandbox.ts'

let root = ''
let remove = (): void => undefined
beforeEach(() => {
  ;({ root, remove } = sandbox())
})
afterEach(() => remove())

describe('commit', () => {
  it('does everything, keeps modes, keeps lost bytes in the trash and cleans up', async () => {
    const done = await commit(root, 'monitoring', example(root), fakeIo())
    expect(done.trashed).toEqual([
      { path: 'monitoring/compose.yaml', kept: 'monitoring/.vigie/trash/1/monitoring/compose.yaml' },
    ])
    expect(done.deleted).toEqual(['monitoring/old/gone.yml'])
    expect(snapshot(root)).toEqual({
      'compose.yaml': '644 services: {}\ninclude: []\n',
      'monitoring/': '755',
      'monitoring/compose.yaml': '640 a: 2\n',
      'monitoring/run.sh': '755 #!/bin/sh\necho\n',
      'monitoring/rules/': '755',
      'monitoring/rules/deep/': '755',
      'monitoring/rules/deep/new.yml': '644 new\n',
      'monitoring/secrets/': '700',
      'monitoring/secrets/word': '644 secret\n',
      'monitoring/.vigie/': '755',
      'monitoring/.vigie/base/': '755',
      'monitoring/.vigie/base/compose.yaml.base': '644 a: 2\n',
      'monitoring/.vigie/state.json': '644 {}\n',
      'monitoring/.vigie/trash/': '700',
      'monitoring/.vigie/trash/1/': '755',
      'monitoring/.vigie/trash/1/monitoring/': '755',
      'monitoring/.vigie/trash/1/monitoring/compose.yaml': '600 a: 1\n',
    })
  })

  it('throws nothing away twice: what git has needs no trash', async () => {
    const isCommitted = (path: string, bytes: Buffer): boolean =>
      path === 'monitoring/compose.yaml' && bytes.length > 0
    const done = await commit(root, 'monitoring', example(root), fakeIo({ isCommitted }))
    expect(done.trashed).toEqual([])
  })

  it('leaves nothing behind, not even a directory, when there is nothing to write', async () => {
    put(root, 'monitoring/a.yml', 'a\n')
    const before = snapshot(root)
    const done = await commit(root, 'monitoring', [{ path: 'monitoring/a.yml', text: 'a\n' }], fakeIo())
    expect(done.written).toEqual([])
    expect(snapshot(root)).toEqual(before)
  })

  it('gives new files and directories their modes whatever the umask', async () => {
    const umask = process.umask(0o077)
    try {
      const operations = [
        { path: 'monitoring/prometheus/rules/a.yml', text: 'a\n' },
        { path: 'monitoring/bin/x', text: '#!/bin/sh\n' },
      ]
      await commit(root, 'monitoring', operations, fakeIo())
    } finally {
      process.umask(umask)
    }
    expect(snapshot(root)).toMatchObject({
      'monitoring/': '755',
      'monitoring/prometheus/': '755',
      'monitoring/prometheus/rules/a.yml': '644 a\n',
      'monitoring/bin/x': '755 #!/bin/sh\n',
    })
  })

  it('replaces a read-only file and keeps it read-only', async () => {
    put(root, 'monitoring/a.yml', 'a\n', 0o444)
    await commit(root, 'monitoring', [{ path: 'monitoring/a.yml', text: 'b\n', seen: 'a\n' }], fakeIo())
    expect(snapshot(root)['monitoring/a.yml']).toBe('444 b\n')
  })

  it.each([
    ['was edited', 'a: 9\n'],
    ['lost only its carriage returns', 'a: 1\r\n'],
  ])('stops when a file %s after the plan was made', async (_name, text) => {
    const operations = example(root)
    put(root, 'monitoring/compose.yaml', text, 0o640)
    const before = snapshot(root)
    await expect(commit(root, 'monitoring', operations, fakeIo())).rejects.toThrow(
      'changed while you were deciding',
    )
    expect(snapshot(root)).toEqual(before)
  })

  it('stops when a file appeared or went after the plan was made', async () => {
    const operations = example(root)
    put(root, 'monitoring/rules/deep/new.yml', 'theirs\n')
    await expect(commit(root, 'monitoring', operations, fakeIo())).rejects.toThrow('changed while')
    fs.rmSync(join(root, 'monitoring/rules'), { recursive: true })
    fs.rmSync(join(root, 'monitoring/old/gone.yml'))
    await expect(commit(root, 'monitoring', operations, fakeIo())).rejects.toThrow('changed while')
  })

  it.each(['ENOSPC', 'EACCES', 'EROFS'])('says what is wrong in one sentence (%s)', async code => {
    const operations = example(root)
    const before = snapshot(root)
    const { fs: full } = watchedFs((_index, name) => {
      if (name === 'fsyncSync') throw new Injected(code)
    })
    const failing = commit(root, 'monitoring', operations, fakeIo({ fs: full }))
    await expect(failing).rejects.toThrow(/^Could not write monitoring\/.vigie: .*\. Nothing was changed\.$/)
    expect(snapshot(root)).toEqual(before)
  })

  it('defers Ctrl-C until the tree is whole', async () => {
    const { fs: slow } = watchedFs((_index, name) => {
      if (name === 'linkSync') process.kill(process.pid, 'SIGINT')
    })
    const done = await commit(root, 'monitoring', example(root), fakeIo({ fs: slow }))
    expect(done.signal).toBe('SIGINT')
    expect(done.written).toHaveLength(7)
    expect(process.listenerCount('SIGINT')).toBe(0)
  })
})

/** The tree without what the next run is free to sweep: nothing, in fact, but an untouched trash. */
function stateAfterNextStart(): Record<string, string> {
  recover(root, 'monitoring', fakeIo({ pid: 7 }))
  return snapshot(root)
}

describe('a failure at every single file-system call', () => {
  async function trees() {
    const operations = example(root)
    const before = snapshot(root)
    const { fs: counted, calls } = watchedFs(() => undefined)
    await commit(root, 'monitoring', operations, fakeIo({ fs: counted }))
    const after = snapshot(root)
    return { operations, before, after, total: calls() }
  }

  function reset(): void {
    fs.rmSync(root, { recursive: true })
    fs.mkdirSync(root)
    example(root)
  }

  it.each([
    ['one call fails, the process lives on', false],
    ['the process dies: every later call fails too', true],
  ])('leaves the tree wholly old or wholly new (%s)', async (_name, dies) => {
    const { operations, before, after, total } = await trees()
    expect(total).toBeGreaterThan(100)
    const ends = { old: 0, new: 0 }
    for (let k = 0; k < total; k++) {
      reset()
      const { fs: failing } = watchedFs(index => {
        if (dies ? index >= k : index === k) throw new Injected()
      })
      const error = await commit(root, 'monitoring', operations, fakeIo({ fs: failing })).then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      const now = swept(stateAfterNextStart())
      const isOld = same(now, swept(before))
      expect(isOld || same(now, swept(after)), `call ${k} of ${total}: ${JSON.stringify(now, null, 1)}`).toBe(
        true,
      )
      if (error instanceof UserError && error.message.includes('Nothing was changed'))
        expect(isOld).toBe(true)
      if (error === undefined) expect(isOld).toBe(false)
      ends[isOld ? 'old' : 'new']++
    }
    expect(ends.old).toBeGreaterThan(0)
    expect(ends.new).toBeGreaterThan(0)
  })

  it('recovers although the recovery itself is cut off at any call', async () => {
    const { operations, before, total } = await trees()
    const middle = Math.floor(total * 0.75)
    for (let k = 0; k < 60; k++) {
      reset()
      const dying = watchedFs(index => {
        if (index >= middle) throw new Injected()
      })
      await commit(root, 'monitoring', operations, fakeIo({ fs: dying.fs })).catch(() => undefined)
      const again = watchedFs(index => {
        if (index >= k) throw new Injected()
      })
      try {
        recover(root, 'monitoring', fakeIo({ fs: again.fs, pid: 5 }))
      } catch {
        // The next start tries again.
      }
      expect(swept(stateAfterNextStart()), `recovery cut at call ${k}`).toEqual(swept(before))
    }
  })
})

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** Sorted, without the machinery that only a later writing run sweeps. */
function swept(tree: Record<string, string>): Record<string, string> {
  const machinery = /^monitoring\/\.vigie\/(run\.lock|tmp)|^monitoring\/old\/$/
  const rest = Object.entries(tree).filter(([path]) => !machinery.test(path))
  return Object.fromEntries(rest.sort(([a], [b]) => (a < b ? -1 : 1)))
}
