import * as v from 'valibot'
import { ask, unanswered } from './http.ts'

const Envelope = v.object({ status: v.literal('success'), data: v.unknown() })
const Vector = v.object({
  result: v.array(
    v.object({ metric: v.record(v.string(), v.string()), value: v.tuple([v.number(), v.string()]) }),
  ),
})

/** One series and its value now. */
export interface VectorSample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** A running Prometheus. Nothing here throws: what it does not answer is undefined. */
export interface Prometheus {
  /** Why it does not answer; undefined when it does. */
  trouble(): Promise<string | undefined>
  get<T>(path: string, schema: v.GenericSchema<unknown, T>): Promise<T | undefined>
  query(expr: string): Promise<VectorSample[] | undefined>
}

/** One that is known not to answer, so that nobody waits for it again and again. */
export const silentPrometheus: Prometheus = {
  trouble: async () => 'it does not answer',
  get: async () => undefined,
  query: async () => undefined,
}

export function prometheusAt(base: string): Prometheus {
  const get = async <T>(path: string, schema: v.GenericSchema<unknown, T>): Promise<T | undefined> => {
    const answer = await ask(`${base}/api/v1/${path}`)
    if (!answer.ok || answer.status !== 200) return undefined
    const envelope = v.safeParse(Envelope, json(answer.text))
    const data = envelope.success ? v.safeParse(schema, envelope.output.data) : undefined
    return data?.success ? data.output : undefined
  }
  return {
    get,
    async trouble() {
      const answer = await ask(`${base}/-/ready`)
      if (!answer.ok) return unanswered(answer)
      return answer.status === 200
        ? undefined
        : `it answers ${answer.status} (${answer.text.trim().slice(0, 100)})`
    },
    async query(expr) {
      const data = await get(`query?${new URLSearchParams({ query: expr })}`, Vector)
      return data?.result.map(one => ({ labels: one.metric, value: Number(one.value[1]) }))
    },
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
