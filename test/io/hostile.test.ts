import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readBase, readDisk, readText } from '../../src/io/files.ts'
import { commit, recover } from '../../src/io/transaction.ts'
import { fakeIo, put, sandbox, snapshot } from './sandbox.ts'

let root = ''
let outside = ''
let removes: (() => void)[] = []
beforeEach(() => {
  const [inner, outer] = [sandbox(), sandbox()]
  root = inner.root
  outside = outer.root
  removes = [inner.remove, outer.remove]
  put(outside, 'precious', 'theirs\n')
})
afterEach(() => {
  for (const remove of removes) remove()
})

const write = (path: string) => commit(root, 'monitoring', [{ path, text: 'x\n' }], fakeIo())

describe('paths', () => {
  it.each(['../precious', '/etc/passwd', 'a/../../precious', 'a//b', './a', '', 'a\\..\\b', 'C:/x', 'a\0b'])(
    'refuses %j',
    async path => {
      await expect(write(path)).rejects.toThrow('is not a path inside the repo')
    },
  )

  it('refuses a symlink that leaves the root, for writing and for reading', async () => {
    fs.mkdirSync(join(root, 'monitoring'))
    fs.symlinkSync(outside, join(root, 'monitoring/rules'))
    fs.symlinkSync(join(outside, 'precious'), join(root, 'monitoring/a.yml'))
    for (const path of ['monitoring/rules/new.yml', 'monitoring/rules/precious', 'monitoring/a.yml']) {
      await expect(write(path)).rejects.toThrow('leads out of the repo')
      expect(() => readText(root, path, fs)).toThrow('leads out of the repo')
    }
    expect(snapshot(outside)).toEqual({ precious: '644 theirs\n' })
  })

  it('refuses a stack directory that is elsewhere', async () => {
    fs.symlinkSync(outside, join(root, 'monitoring'))
    await expect(write('compose.yaml')).rejects.toThrow('leads out of the repo')
    expect(snapshot(outside)).toEqual({ precious: '644 theirs\n' })
  })

  it('refuses a symlink that leads nowhere: writing through it would make a file somewhere else', async () => {
    fs.symlinkSync(join(outside, 'not-there'), join(root, 'compose.yaml'))
    await expect(write('compose.yaml')).rejects.toThrow('leads nowhere')
  })

  it('writes the target of a symlink that stays inside', async () => {
    put(root, 'shared/real.yml', 'old\n')
    fs.mkdirSync(join(root, 'monitoring'))
    fs.symlinkSync('../shared/real.yml', join(root, 'monitoring/a.yml'))
    await write('monitoring/a.yml')
    expect(fs.lstatSync(join(root, 'monitoring/a.yml')).isSymbolicLink()).toBe(true)
    expect(fs.readFileSync(join(root, 'shared/real.yml'), 'utf8')).toBe('x\n')
  })

  it('names the file that stands where a directory is needed, and the reverse', async () => {
    put(root, 'monitoring/prometheus', 'a file\n')
    fs.mkdirSync(join(root, 'monitoring/compose.yaml'))
    await expect(write('monitoring/prometheus/rules/a.yml')).rejects.toThrow(
      'monitoring/prometheus is a file',
    )
    await expect(write('monitoring/compose.yaml')).rejects.toThrow('monitoring/compose.yaml is a directory')
  })
})

describe('what is read', () => {
  it('finds bases by listing, and passes over symlinks and strange names', () => {
    put(root, 'monitoring/.vigie/base/prometheus/prometheus.yml.base', 'a: 1\n')
    put(root, 'monitoring/.vigie/base/grafana/d.json.sha256', 'abc\n')
    put(root, 'monitoring/.vigie/base/README', 'not a base\n')
    put(root, 'monitoring/.vigie/base/d.json.base', 'wrong kind\n')
    fs.symlinkSync(join(outside, 'precious'), join(root, 'monitoring/.vigie/base/x.yml.base'))
    expect([...readBase(root, 'monitoring', fs)]).toEqual([
      ['grafana/d.json', { kind: 'digest', sha256: 'abc' }],
      ['prometheus/prometheus.yml', { kind: 'text', text: 'a: 1\n' }],
    ])
  })

  it('keeps BOM and carriage returns, and refuses what is not text', () => {
    put(root, 'monitoring/a.yml', '\uFEFFa: 1\r\n')
    expect(readDisk(root, 'monitoring', ['a.yml', 'none.yml'], fs)).toEqual(
      new Map([['a.yml', '\uFEFFa: 1\r\n']]),
    )
    fs.writeFileSync(join(root, 'latin.yml'), Buffer.from([0x61, 0xe9]))
    expect(() => readText(root, 'latin.yml', fs)).toThrow('not UTF-8')
  })
})

describe('a journal that came with the repo', () => {
  const plant = (entries: object[], directories: string[] = []): void => {
    put(root, 'monitoring/.vigie/journal.json', JSON.stringify({ schema: 1, entries, directories }))
  }

  it('cannot reach outside', () => {
    put(root, 'monitoring/.vigie/tmp/old/0', 'evil\n')
    plant([{ path: '../precious', existed: true, sha256: null }])
    recover(root, 'monitoring', fakeIo())
    expect(snapshot(outside)).toEqual({ precious: '644 theirs\n' })
    expect(snapshot(root)).toEqual({ 'monitoring/': '755' })
  })

  it('cannot fetch from outside through a symlink', () => {
    fs.mkdirSync(join(root, 'monitoring/.vigie/tmp'), { recursive: true })
    fs.symlinkSync(outside, join(root, 'monitoring/.vigie/tmp/old'))
    plant([{ path: 'a', existed: true, sha256: null }])
    expect(() => recover(root, 'monitoring', fakeIo())).toThrow('leads out of the repo')
  })

  it('cannot delete a file it did not write', () => {
    put(root, 'src/main.ts', 'mine\n')
    plant([{ path: 'src/main.ts', existed: false, sha256: 'f00' }], ['src'])
    recover(root, 'monitoring', fakeIo())
    expect(snapshot(root)).toMatchObject({ 'src/main.ts': '644 mine\n' })
  })
})
