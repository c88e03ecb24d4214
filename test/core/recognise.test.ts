import { createServer } from 'node:http'
import { describe, expect, it } from 'vitest'
import { probeCommand } from '../../src/commands/probe.ts'
import { startRun } from '../../src/commands/run.ts'
import { metricsIn } from '../../src/core/requests/exposition.ts'
import { recognise } from '../../src/core/requests/recognise.ts'
import { fileOf, modules } from '../modules/facts.ts'

const candidates = modules.flatMap(module =>
  Object.entries(module.manifest.requests ?? {}).map(([library, row]) => ({
    kind: module.id,
    library,
    row,
    runtime: [],
  })),
)
const recordings = modules.flatMap(module =>
  Object.entries(module.manifest.requests ?? {}).map(([library, row], index) => {
    const file = index === 0 ? 'metrics.prom' : `metrics.${library}.prom`
    return [
      `${module.id} ${library}`,
      module.id,
      library,
      row,
      fileOf(`modules/${module.id}`, file) ?? '',
    ] as const
  }),
)

describe('a running /metrics', () => {
  it.each(recordings)('of %s is recognised', (_name, kind, library, row, text) => {
    const found = recognise(metricsIn(text), candidates)
    const [best] = found
    const own = found.find(one => one.kind === kind && one.library === library)
    expect(own, 'is among what fits').toBeDefined()
    // Several kinds may have the same row; what wins has to read the same names.
    const chosen = candidates.find(one => one.kind === best?.kind && one.library === best.library)
    expect(chosen?.row.duration?.replace('PREFIX', String(best?.prefix))).toBe(
      row.duration?.replace('PREFIX', String(own?.prefix)),
    )
  })

  it('is read over HTTP; names of nobody become a map, and what serves none is refused', async () => {
    const texts: Record<string, string> = {
      '/metrics': fileOf('modules/flask', 'metrics.prom') ?? '',
      '/odd':
        'shop_call_millis_bucket{page="/",result="200",le="5"} 1\nshop_call_ms_bucket{page="/",result="200",le="5"} 1\n',
      '/': '<html></html>',
    }
    const server = createServer((req, res) => res.end(texts[req.url ?? ''] ?? '')).listen(0, '127.0.0.1')
    await new Promise(done => server.once('listening', done))
    const address = server.address()
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
    try {
      expect(await said(`${url}/metrics`)).toContain('kind: flask, library: prometheus-flask-exporter')
      expect(await said(`${url}/odd`)).toContain(
        'map: { duration: shop_call_ms, unit: ms, status: result, route: page }',
      )
      await expect(said(`${url}/`)).rejects.toThrow(/without metrics/)
      await expect(said('localhost')).rejects.toThrow(/no URL/)
    } finally {
      server.close()
    }
    await expect(said(url)).rejects.toThrow(/Nothing can be read from/)
  })
})

async function said(url: string): Promise<string> {
  let out = ''
  const options = {
    directory: '.',
    yes: true,
    dryRun: false,
    json: false,
    input: false,
    quiet: false,
    verbose: false,
  }
  const terminal = {
    cwd: '/',
    env: {},
    interactive: false,
    out: (text: string) => {
      out += text
    },
    err: () => {},
  }
  const run = startRun(
    { ...options, color: false },
    terminal as unknown as Parameters<typeof startRun>[1],
    [],
  )
  await probeCommand(run, url)
  return out
}
