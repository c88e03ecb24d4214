/** A folder and all those above it, up to the root of the repo as `.`. */
export function above(folder: string): string[] {
  const parts = folder === '.' || folder === '' ? [] : folder.split('/')
  return [...parts.map((_, index) => parts.slice(0, parts.length - index).join('/')), '.']
}
