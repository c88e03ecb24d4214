/** One sample of a recorded scrape. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? +([^ ]+)/
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:\\.|[^"\\])*)"/g

/** The samples of a text exposition; what is no number (NaN of an idle summary) is left out. */
export function samplesOf(text: string): Sample[] {
  return text.split('\n').flatMap(line => {
    const match = SAMPLE.exec(line.replace(/ # \{.*$/, ''))
    if (!match) return []
    const [, name = '', labels = '', number = ''] = match
    const value = Number(number.replace('Inf', 'Infinity'))
    if (!Number.isFinite(value)) return []
    return [
      {
        name,
        labels: Object.fromEntries([...labels.matchAll(LABEL)].map(([, key, raw]) => [key, raw])),
        value,
      },
    ]
  })
}

/** Whether a sample is meant by a selector as the metric map writes it: a name, with `=`, `!=`, `=~`, `!~` matchers or none. */
export function selects(selector: string, suffix: string, sample: Sample): boolean {
  const [name = '', inside = ''] = selector.split(/[{}]/)
  if (sample.name !== name + suffix) return false
  return [...inside.matchAll(/([a-zA-Z_]\w*)(=~|!~|!=|=)"([^"]*)"/g)].every(
    ([, label = '', operator, wanted = '']) => {
      const actual = sample.labels[label] ?? ''
      const equal = operator?.includes('~') ? new RegExp(`^(?:${wanted})$`).test(actual) : actual === wanted
      return operator?.startsWith('!') ? !equal : equal
    },
  )
}
