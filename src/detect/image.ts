/** The repository of an image reference without registry, tag, digest and the implied `library/`. */
export function imageRepository(reference: string): string {
  const bare = reference.replace(/@.*$/, '').replace(/:[^/:]*$/, '')
  const parts = bare.split('/')
  const first = parts[0] ?? ''
  if (parts.length > 1 && (/[.:]/.test(first) || first === 'localhost')) parts.shift()
  if (parts[0] === 'library') parts.shift()
  return parts.join('/')
}

/** Whether a repository matches a glob of a module: `*` stands for anything, slashes included. */
export function imageMatches(repository: string, glob: string): boolean {
  const pattern = glob
    .replace(/:.*$/, '')
    .replace(/[.+?^$()[\]{}|\\]/g, '\\$&')
    .replaceAll('*', '.*')
  return new RegExp(`^${pattern}$`).test(repository)
}
