import { posix } from 'node:path'
import { parseEnv, type Variables } from '../env.ts'
import type { RepoView } from '../repo.ts'

/** What `$NAME` stands for in the files of a project. */
export interface Environment {
  /** .env, else the example that is committed in its place. */
  readonly variables: Variables
  /** Only .env itself: what Compose will really know. */
  readonly set: Variables
}

const EXAMPLES = [
  '.env.example',
  '.env.sample',
  '.env.dist',
  '.env.template',
  'env.example',
  'sample.env',
  'example.env',
  '.env-example',
  '.env.default',
  '.env.defaults',
]

/** @param folders those whose .env counts, the first one most */
export function environmentOf(
  view: RepoView,
  folders: readonly string[],
  names: readonly string[] = ['.env'],
): Environment {
  const read = (files: readonly string[]): Variables => {
    const paths = folders.flatMap(folder => files.map(name => posix.join(folder, name)))
    let known: Variables = new Map()
    for (const path of paths.reverse()) known = new Map([...known, ...parseEnv(view.read(path) ?? '', known)])
    return known
  }
  const set = read(names)
  return { variables: new Map([['PWD', '.'], ...read(EXAMPLES), ...set]), set }
}
