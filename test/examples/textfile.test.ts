import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { needs, tool } from '../tools.ts'

const EXAMPLE = join(import.meta.dirname, '../../examples/textfile')
const writer = join(EXAMPLE, 'write-metrics')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vigie-textfile-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const written = (name: string): string => readFileSync(join(folder, name), 'utf8')

describe('write-metrics', () => {
  const write = (text: string) =>
    spawnSync(writer, ['job'], {
      input: text,
      env: { ...process.env, TEXTFILE_DIR: folder },
      encoding: 'utf8',
    })

  it('is never seen half done by whoever reads meanwhile', async () => {
    const whole = (n: number): string => `first_value ${n}\n${'filler 0\n'.repeat(2000)}last_value ${n}\n`
    write(whole(0))
    const script = `for n in $(seq 60); do { echo "first_value $n"; yes 'filler 0' | head -2000; echo "last_value $n"; } | "$0" job; done`
    const writing = spawn('sh', ['-c', script, writer], { env: { ...process.env, TEXTFILE_DIR: folder } })
    const finished = once(writing, 'exit')
    const seen: string[] = []
    while (writing.exitCode === null) {
      seen.push(written('job.prom'))
      await new Promise(resolve => setImmediate(resolve))
    }
    await finished
    expect(seen.length).toBeGreaterThan(20)
    const numbers = seen.map(text => [
      /^first_value (\d+)\n/.exec(text)?.[1],
      /\nlast_value (\d+)\n$/.exec(text)?.[1],
    ])
    expect(numbers.filter(([first, last]) => first === undefined || first !== last)).toEqual([])
    expect(readdirSync(folder)).toEqual(['job.prom'])
  })

  it('keeps what is there when a job has nothing to say', () => {
    write('value 1\n')
    const { status, stderr } = write('')
    expect(status).toBe(1)
    expect(stderr).toContain('nothing to write')
    expect(written('job.prom')).toBe('value 1\n')
    expect(readdirSync(folder)).toEqual(['job.prom'])
  })
})

const python = tool('python3')

describe.skipIf(python === undefined)(needs('the worker of the XML store', 'python3'), () => {
  const run = (store: string): string => {
    execFileSync(python ?? '', [join(EXAMPLE, 'store_rows.py'), store, folder])
    return written('store.prom')
  }

  it('counts the rows of every file, however deep', () => {
    expect(run(join(EXAMPLE, 'store'))).toContain(
      'store_total_rows{path="2026/orders.xml"} 2\nstore_total_rows{path="customers.xml"} 3\n',
    )
    expect(readdirSync(folder)).toEqual(['store.prom'])
  })

  it('shows a broken file as an error and quotes what a name may hold', () => {
    const store = join(folder, 'store')
    cpSync(join(EXAMPLE, 'store'), store, { recursive: true })
    writeFileSync(join(store, 'broken.xml'), '<table><row>')
    writeFileSync(join(store, 'a "quoted" name.xml'), '<table><row/></table>')
    const text = run(store)
    expect(text).toContain('store_read_error{path="broken.xml"} 1\n')
    expect(text).toContain('store_total_rows{path="a \\"quoted\\" name.xml"} 1\n')
    expect(text).not.toContain('store_total_rows{path="broken.xml"}')
    const promtool = tool('promtool')
    if (promtool !== undefined)
      expect(spawnSync(promtool, ['check', 'metrics'], { input: text, encoding: 'utf8' }).stderr).toBe('')
    expect(existsSync(join(folder, 'store.prom'))).toBe(true)
  })
})
