import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { commit } from '../../src/io/transaction.ts'
import { example, fakeIo, sandbox, snapshot } from './sandbox.ts'

const { root: outer, remove } = sandbox()
const root = join(outer, 'tiny')
fs.mkdirSync(root)
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', root]).status === 0

afterEach(() => {
  if (mounted) spawnSync('umount', [root])
  remove()
})

// Needs root to mount; transaction.test.ts injects ENOSPC for everyone else.
it.skipIf(!mounted)('a disk that is really full: one sentence, and the tree as it was', async () => {
  const operations = example(root)
  const before = snapshot(root)
  const big = { path: 'monitoring/big.yml', text: 'x'.repeat(200_000) }
  await expect(commit(root, 'monitoring', [...operations, big], fakeIo())).rejects.toThrow(
    'no space left on the device. Nothing was changed.',
  )
  expect(snapshot(root)).toEqual(before)
})
