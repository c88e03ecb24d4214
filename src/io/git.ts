import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Where a path of this repo can be read in the browser, from the `origin` remote; undefined without one. Reads .git/config
 * and runs nothing.
 */
export async function remoteUrl(root: string, path: string): Promise<string | undefined> {
  const config = join(root, '.git', 'config')
  if (!existsSync(config)) return undefined
  const url = /\[remote "origin"\][^[]*?url\s*=\s*(\S+)/.exec(readFileSync(config, 'utf8'))?.[1]
  const match =
    /^(?:https:\/\/(?:[^@/]+@)?|git@|ssh:\/\/git@)([^/:]+)[/:]([\w.-]+(?:\/[\w.-]+)+?)(?:\.git)?$/.exec(
      url ?? '',
    )
  const [, host, repo] = match ?? []
  return host === undefined ? undefined : `https://${host}/${repo}/blob/HEAD/${path}`
}

/**
 * Returns a test whether the last commit has exactly these bytes for a path of this repo; false where there is no git. It
 * asks for the blob itself, so that no filter or hook of a cloned repo runs.
 */
export function isInHead(root: string): (path: string, bytes: Buffer) => boolean {
  return (path, bytes) => {
    const { status, stdout } = spawnSync('git', ['cat-file', 'blob', `HEAD:./${path}`], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 64 * 1024 * 1024,
    })
    return status === 0 && stdout.equals(bytes)
  }
}
