const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+\S/
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="(?:\\.|[^"\\])*"/g

/** The label names of every metric in a text exposition, as /metrics serves it. */
export function metricsIn(text: string): Map<string, Set<string>> {
  const metrics = new Map<string, Set<string>>()
  for (const line of text.split('\n')) {
    const match = SAMPLE.exec(line)
    if (!match) continue
    const labels = metrics.get(match[1] ?? '') ?? new Set<string>()
    for (const label of (match[2] ?? '').matchAll(LABEL)) labels.add(label[1] ?? '')
    metrics.set(match[1] ?? '', labels)
  }
  return metrics
}
