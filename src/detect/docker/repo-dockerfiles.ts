import { posix } from 'node:path'
import type { RepoView } from '../repo.ts'
import { parseDockerfile } from './dockerfile.ts'
import { imageRepository } from './image.ts'
import { dashed } from './own-image.ts'

/** A Dockerfile of the repo, by what it builds. */
export interface NamedDockerfile {
  readonly path: string
  /** `api` for `api/Dockerfile`, `Dockerfile.api` and `api.Dockerfile`. */
  readonly name: string
  /** Its folder names it. */
  readonly isPlain: boolean
  /** Its stages that have names. */
  readonly stages: readonly string[]
  /** The repositories of the images that it is built upon. */
  readonly bases: readonly string[]
  /** The ports that it exposes. */
  readonly exposed: readonly number[]
}

const STAGES = /^[ \t]*FROM[ \t].*[ \t]AS[ \t]+([\w.-]+)[ \t]*$/gim
const BASES = /^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)?(\S+)/gim
/** Stages that are not production. */
const STAGE = /^(dev|development|local|debug|test|tests|ci|dockerignore)$/

/** Those of production; the nearest to the root first. */
export function dockerfilesOf(view: RepoView): NamedDockerfile[] {
  return view
    .files()
    .flatMap((path): NamedDockerfile[] => {
      const [whole, after, before] =
        /^(?:dockerfile(?:[.-]([\w-]+))?|([\w.-]+)\.dockerfile)$/i.exec(posix.basename(path)) ?? []
      const part = (after ?? before ?? '').toLowerCase()
      if (whole === undefined || STAGE.test(part) || path.startsWith('.devcontainer/')) return []
      const isPlain = /^(|prod|production|release)$/.test(part)
      const name = dashed(isPlain ? posix.basename(posix.dirname(path)) : part)
      const text = view.read(path) ?? ''
      const bases = [...text.matchAll(BASES)].map(match => imageRepository(match[1] ?? ''))
      const stages = [...text.matchAll(STAGES)].map(match => (match[1] ?? '').toLowerCase())
      return [{ path, name, isPlain, stages, bases, exposed: exposedBy(path, view) }]
    })
    .sort((a, b) => depth(a.path) - depth(b.path) || a.path.length - b.path.length)
}

const exposedBy = (path: string, view: RepoView): number[] =>
  (parseDockerfile(path, view.read(path) ?? '')?.exposed ?? []).map(one => one.port)

const depth = (path: string): number => path.split('/').length
