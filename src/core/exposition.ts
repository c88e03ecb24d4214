import type { Labels } from './alerts/matcher.ts'

/** One line of a text exposition. */
export interface Sample {
  readonly labels: Labels
  readonly value: number
}

/** The samples of one metric in what a /metrics page says. */
export function samplesOf(text: string, metric: string): Sample[] {
  return text.split('\n').flatMap(line => {
    if (!line.startsWith(metric)) return []
    const [, name, labels = '', value = ''] = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/.exec(line) ?? []
    return name === metric ? [{ labels: labelsOf(labels), value: Number(value) }] : []
  })
}

function labelsOf(text: string): Labels {
  const found: Record<string, string> = {}
  for (const [, name = '', value = ''] of text.matchAll(/([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g))
    found[name] = value.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char))
  return found
}
