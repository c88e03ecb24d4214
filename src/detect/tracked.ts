import { readFileSync, statSync } from 'node:fs'

/** In bytes; some 300,000 files. */
const LARGEST_INDEX = 32_000_000
/** No system has longer paths, and nobody looks deeper. */
const LONGEST_PATH = 4096
const DEEPEST = 16
/** What stands in an entry before its flags: times, owner, mode, size and the name of its content. */
const STAT = 60
const EXTENDED = 0x4000

/**
 * The folders in which git tracks files, whatever .gitignore says of them; none where there is no index that can be read.
 * The format: https://git-scm.com/docs/index-format
 * @param index where the index is; undefined where it is not inside the repo
 */
export function trackedFolders(index: string | undefined): ReadonlySet<string> {
  const folders = new Set<string>()
  for (const path of entriesOf(index === undefined ? NOTHING : bytesOf(index))) {
    const parts = path.split('/', DEEPEST + 1)
    for (let depth = Math.min(parts.length - 1, DEEPEST); depth > 0; depth--) {
      const folder = parts.slice(0, depth).join('/')
      if (folders.has(folder)) break
      folders.add(folder)
    }
  }
  return folders
}

const NOTHING = Buffer.alloc(0)

function bytesOf(path: string): Buffer {
  try {
    const found = statSync(path)
    return found.isFile() && found.size <= LARGEST_INDEX ? readFileSync(path) : NOTHING
  } catch {
    return NOTHING
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
    if (path.length > LONGEST_PATH) return
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
