import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** In bytes; some half a million files. */
const LARGEST_INDEX = 64_000_000
/** What stands in an entry before its flags: times, owner, mode, size and the name of its content. */
const STAT = 60
const EXTENDED = 0x4000

/**
 * The folders in which git tracks files, whatever .gitignore says of them; none where there is no index that can be read.
 * The format: https://git-scm.com/docs/index-format
 */
export function trackedFolders(root: string): ReadonlySet<string> {
  const folders = new Set<string>()
  for (const path of entriesOf(indexOf(root)))
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end)
      if (folders.has(folder)) break
      folders.add(folder)
    }
  return folders
}

function indexOf(root: string): Buffer {
  const path = join(root, '.git', 'index')
  try {
    const found = statSync(path)
    return found.isFile() && found.size <= LARGEST_INDEX ? readFileSync(path) : Buffer.alloc(0)
  } catch {
    return Buffer.alloc(0)
  }
}

/** The paths of an index; those before the first entry that makes no sense. */
function* entriesOf(index: Buffer): Generator<string> {
  if (index.length < 12 || index.toString('latin1', 0, 4) !== 'DIRC') return
  const [version, count] = [index.readUInt32BE(4), index.readUInt32BE(8)]
  let [at, before] = [12, '']
  for (let entry = 0; entry < count && at + STAT + 2 < index.length; entry++) {
    const start = at + STAT + (index.readUInt16BE(at + STAT) & EXTENDED ? 4 : 2)
    const shared = version === 4 ? dropped(index, start) : { count: before.length, next: start }
    const end = index.indexOf(0, shared.next)
    if (end < 0 || shared.count > before.length) return
    const path = before.slice(0, before.length - shared.count) + index.toString('utf8', shared.next, end)
    yield path
    before = version === 4 ? path : ''
    at = version === 4 ? end + 1 : at + Math.ceil((end + 1 - at) / 8) * 8
  }
}

/** How much of the path before an entry of version 4 leaves out, as git writes numbers of any length. */
function dropped(index: Buffer, start: number): { count: number; next: number } {
  let [next, byte] = [start, index[start] ?? 0]
  let count = byte & 127
  while (byte & 128) {
    byte = index[++next] ?? 0
    count = (count + 1) * 128 + (byte & 127)
  }
  return { count, next: next + 1 }
}
