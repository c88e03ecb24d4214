import type { RepoView } from '../repo.ts'

/** A path as the repo spells it: whoever works on Windows or macOS need not tell `Api/dockerfile` from `api/Dockerfile`. */
export function spelt(path: string, view: RepoView): string {
  if (view.exists(path)) return path
  const low = path.toLowerCase()
  const isIt = (file: string): boolean =>
    /^\/?$/.test(file.charAt(path.length)) && file.slice(0, path.length).toLowerCase() === low
  return view.files().find(isIt)?.slice(0, path.length) ?? path
}
