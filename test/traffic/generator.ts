import { Agent, request } from 'node:http'

/** Which requests an application gets, and how many of them a second. */
export interface Plan {
  readonly rate: number
  readonly seconds: number
  /** Milliseconds that a slow request waits on the server. */
  readonly slow: number
  /** One round, sent again and again. */
  readonly round: readonly (readonly [method: string, path: string])[]
}

/** What was sent, and what came back. */
export interface Sent {
  readonly count: number
  /** Share of the answers by class: 2, 4, 5. */
  readonly share: (status: 2 | 4 | 5) => number
  /** Mean and 95th percentile as the client measured them, which is an upper bound of what the server can say. */
  readonly mean: number
  readonly p95: number
  /** What the waits alone cost, which is a lower bound. */
  readonly least: number
}

/** Sends a plan, evenly spread, whether or not answers have come: real clients do not wait for each other. */
export async function send(port: number, plan: Plan): Promise<Sent> {
  // A connection for each request: a server that closes an idle one would make a failure of it.
  const agent = new Agent({ keepAlive: false })
  const total = Math.round(plan.rate * plan.seconds)
  const results: Promise<{ status: number; took: number }>[] = []
  const started = performance.now()
  for (let index = 0; index < total; index++) {
    const [method, path] = plan.round[index % plan.round.length] ?? ['GET', '/']
    results.push(one(agent, port, method, path.replace('SLOW', String(plan.slow))))
    const ahead = started + ((index + 1) * 1000) / plan.rate - performance.now()
    if (ahead > 0) await new Promise(done => setTimeout(done, ahead))
  }
  const answers = await Promise.all(results)
  agent.destroy()
  const took = answers.map(answer => answer.took).sort((a, b) => a - b)
  const slow = Array.from({ length: total }, (_, index) => plan.round[index % plan.round.length]?.[1] ?? '')
  return {
    count: total,
    share: status => answers.filter(answer => Math.floor(answer.status / 100) === status).length / total,
    mean: took.reduce((sum, seconds) => sum + seconds, 0) / total,
    p95: took[Math.ceil(total * 0.95) - 1] ?? 0,
    least: (slow.filter(path => path.includes('SLOW')).length * plan.slow) / 1000 / total,
  }
}

function one(
  agent: Agent,
  port: number,
  method: string,
  path: string,
): Promise<{ status: number; took: number }> {
  const started = performance.now()
  return new Promise((answered, failed) => {
    const sent = request({ agent, host: '127.0.0.1', port, method, path }, response => {
      response.resume()
      response.on('end', () =>
        answered({ status: response.statusCode ?? 0, took: (performance.now() - started) / 1000 }),
      )
    })
    sent.on('error', failed)
    sent.end()
  })
}
