import { posix } from 'node:path'
import type { Dependency, ManifestReader } from './dependency.ts'

const GROUP = /^\s*group\b(.*)\bdo\b/
const DEV = /^(?=.*:(development|test))(?!.*:(production|default))/

/** Gemfile, and its lock where only that is there. */
export const gem: ManifestReader = {
  ecosystem: 'gem',
  accepts: name => /^(Gemfile|gems\.rb|Gemfile\.lock)$/.test(name),
  read(text, path) {
    const lines = text.split(/\r?\n/)
    const isLock = posix.basename(path) === 'Gemfile.lock'
    const source = (index: number): string => `${path}:${index + 1}`
    if (isLock) {
      const from = lines.findIndex(line => line.trim() === 'DEPENDENCIES')
      const names = lines.flatMap((line, index) => {
        const name = index > from && from >= 0 ? /^ {2}([\w.-]+)/.exec(line)?.[1] : undefined
        return name === undefined ? [] : [one(name, '', false, source(index))]
      })
      return { dependencies: names }
    }
    let group = ''
    const dependencies = lines.flatMap((line, index): Dependency[] => {
      group = GROUP.exec(line)?.[1] ?? (/^end\b/.test(line) ? '' : group)
      const [, name, version = ''] =
        /^\s*gem\b[\s(]*["']([\w.-]+)["'](?:\s*,\s*["']([^"']+)["'])?/.exec(line) ?? []
      if (name === undefined) return []
      return [
        one(
          name,
          version,
          DEV.test(group) || DEV.test(/group[s]?:\s*(.*)/.exec(line)?.[1] ?? ''),
          source(index),
        ),
      ]
    })
    return { dependencies }
  },
}

const one = (name: string, version: string, dev: boolean, source: string): Dependency => ({
  ecosystem: 'gem',
  name,
  version,
  dev,
  source,
})
