import type { ManifestReader } from './dependency.ts'

/** A module path without its major version: `github.com/labstack/echo/v4` is `github.com/labstack/echo`. */
export const modulePath = (name: string): string => name.replace(/\/v\d+$/, '')

/** go.mod; what is marked as needed by others (`// indirect`) counts only where the code imports it. */
export const go: ManifestReader = {
  ecosystem: 'go',
  accepts: name => name === 'go.mod',
  read(text, path) {
    let inBlock = false
    const dependencies = text.split(/\r?\n/).flatMap((line, index) => {
      const opens = /^\s*require\s*\(/.test(line)
      if (opens || /^\s*\)/.test(line)) inBlock = opens
      const [, name, version = ''] =
        /^\s*(?:require\s+)?([\w.-]+\/\S+)\s+(v\S+)/.exec(
          inBlock || /^\s*require\s/.test(line) ? line : '',
        ) ?? []
      if (!name?.split('/')[0]?.includes('.')) return []
      const dev = line.includes('// indirect')
      const source = `${path}:${index + 1}`
      return [{ ecosystem: 'go' as const, name: modulePath(name), version, dev, source }]
    })
    const name = /^[ \t]*module[ \t]+(\S+)/m.exec(text)?.[1]
    const mistake =
      name === undefined ? { message: 'It does not say which module it is.', line: 1 } : undefined
    return { dependencies, name, mistake }
  },
}
