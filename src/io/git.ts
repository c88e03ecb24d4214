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
