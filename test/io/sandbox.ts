import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Operation } from '../../src/core/operations.ts'
import type { FileSystem, Io } from '../../src/io/port.ts'

/** A directory that is gone after the test. */
export function sandbox(): { root: string; remove: () => void } {
  const root = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'vigie-io-')))
  return { root, remove: () => fs.rmSync(root, { recursive: true, force: true }) }
}

export function put(root: string, path: string, text: string, mode = 0o644): void {
  fs.mkdirSync(dirname(join(root, path)), { recursive: true })
  fs.writeFileSync(join(root, path), text)
  fs.chmodSync(join(root, path), mode)
}

/** Every file with its mode and text, and every directory: what "wholly old or wholly new" compares. */
export function snapshot(root: string, at = ''): Record<string, string> {
  const found: Record<string, string> = {}
  for (const entry of fs.readdirSync(join(root, at), { withFileTypes: true })) {
    const path = at === '' ? entry.name : `${at}/${entry.name}`
    const mode = (fs.lstatSync(join(root, path)).mode & 0o777).toString(8)
    if (entry.isDirectory()) Object.assign(found, { [`${path}/`]: mode }, snapshot(root, path))
    else found[path] = `${mode} ${fs.readFileSync(join(root, path), 'utf8')}`
  }
  return found
}

export function fakeIo(changes: Partial<Io> = {}): Io {
  return {
    fs,
    pid: 4121,
    host: 'here',
    command: 'vigie add redis',
    now: () => 12_000,
    isAlive: () => false,
    ...changes,
  }
}

/** Counts calls and lets `onCall` throw, or worse, before any of them is carried out. */
export function watchedFs(onCall: (index: number, name: string) => void): {
  fs: FileSystem
  calls: () => number
} {
  let calls = 0
  const watched = new Proxy<FileSystem>(fs, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        onCall(calls++, String(name))
        return Reflect.apply(value, target, args)
      }
    },
  })
  return { fs: watched, calls: () => calls }
}

export class Injected extends Error {
  readonly code: string
  constructor(code = 'EIO') {
    super(`injected ${code}`)
    this.code = code
  }
}

/** A tree before a run, and a run that does everything a run can do. */
export function example(root: string): Operation[] {
  put(root, 'compose.yaml', 'services: {}\n')
  put(root, 'monitoring/compose.yaml', 'a: 1\n', 0o640)
  put(root, 'monitoring/run.sh', '#!/bin/sh\n', 0o755)
  put(root, 'monitoring/old/gone.yml', 'gone\n')
  put(root, 'monitoring/.vigie/base/compose.yaml.base', 'a: 0\n')
  return [
    { path: 'compose.yaml', text: 'services: {}\ninclude: []\n', seen: 'services: {}\n' },
    { path: 'monitoring/compose.yaml', text: 'a: 2\n', seen: 'a: 1\n', precious: true },
    { path: 'monitoring/run.sh', text: '#!/bin/sh\necho\n' },
    { path: 'monitoring/old/gone.yml', text: null, seen: 'gone\n' },
    { path: 'monitoring/rules/deep/new.yml', text: 'new\n', seen: null },
    { path: 'monitoring/secrets/word', text: 'secret\n', seen: null },
    { path: 'monitoring/.vigie/base/compose.yaml.base', text: 'a: 2\n' },
    { path: 'monitoring/.vigie/state.json', text: '{}\n' },
  ]
}
