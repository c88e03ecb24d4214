import { blank, lineAt, type ManifestReader } from './dependency.ts'

/** mix.exs */
export const hex: ManifestReader = {
  ecosystem: 'hex',
  accepts: name => name === 'mix.exs',
  read(text, path) {
    const plain = blank(text, /(^|\s)#[^\n]*/g)
    const found = [...plain.matchAll(/\{\s*:(\w+)\s*,\s*(?:"([^"]*)")?([^{}]*)\}/g)]
    return {
      dependencies: found.map(({ 1: name = '', 2: version = '', 3: rest = '', index }) => ({
        ecosystem: 'hex',
        name,
        version,
        dev: /only:\s*(\[[^\]]*\]|:\w+)/.test(rest) && !/only:[^,]*:prod/.test(rest),
        source: `${path}:${lineAt(text, index)}`,
      })),
      name: /\bapp:\s*:(\w+)/.exec(text)?.[1],
    }
  },
}
