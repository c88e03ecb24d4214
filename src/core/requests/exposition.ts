const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+\S/
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="(?:\\.|[^"\\])*"/g

const DECLARED = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (histogram|summary)$/gm

/** Histograms and summaries that are announced, but have measured nothing yet: libraries then serve no sample of them. */
export function unmeasuredIn(text: string): string[] {
  const metrics = metricsIn(text)
  return [...text.matchAll(DECLARED)]
    .map(([, name = '']) => name)
    .filter(name => !metrics.has(`${name}_count`) && !isRuntime(name))
}

/** What a language says of itself rather than of requests. */
export const isRuntime = (name: string): boolean =>
  /^(go|nodejs|python|jvm|process|dotnet|promhttp|tomcat|executor|websocket)_|_gc_|_bytes$/.test(name)

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
