import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { probeCommand } from '../../src/commands/probe.ts'
import { startRun } from '../../src/commands/run.ts'
import { metricsIn } from '../../src/core/requests/exposition.ts'
import { recognise } from '../../src/core/requests/recognise.ts'
import { fileOf, modules } from '../modules/facts.ts'
import { needs, tool } from '../tools.ts'

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
      '/odd': [
        'shop_call_ms_bucket{page="/",result="200",le="5"} 1',
        'shop_call_ms_sum{page="/",result="200"} 1',
        'jobs_seconds_sum 3',
        'jobs_done_total{class="2xx",verb="GET"} 3',
        'nodejs_gc_duration_seconds_sum{kind="major"} 3',
      ].join('\n'),
      '/fresh':
        '# TYPE shop_seconds histogram\n# TYPE go_gc_duration_seconds summary\nprocess_start_time_seconds 1\n',
      '/empty': '# HELP shop_seconds how long\n# TYPE shop_seconds histogram\n',
      '/': '<html></html>',
    }
    const server = createServer((req, res) => res.end(texts[req.url ?? ''] ?? '')).listen(0, '127.0.0.1')
    const url = `http://${await listening(server)}`
    try {
      expect(await said(`${url}/metrics`)).toContain('kind: flask, library: prometheus-flask-exporter')
      const odd = await said(`${url}/odd`)
      expect(odd).toContain('map: { duration: shop_call_ms, unit: ms, status: result, route: page }')
      expect(odd).toContain(
        'map: { count: jobs_done_total, duration: jobs_seconds, summary: true, status: class, method: verb }',
      )
      expect(odd).not.toContain('nodejs_gc')
      expect(await said(`${url}/fresh`)).toContain('measured nothing yet with shop_seconds')
      await expect(said(`${url}/empty`)).rejects.toThrow(/counted nothing yet/)
      await expect(said(`${url}/`)).rejects.toThrow(/without metrics/)
      await expect(said('localhost')).rejects.toThrow(/no URL/)
    } finally {
      server.close()
    }
    await expect(said(url)).rejects.toThrow(/Nothing can be read from/)
  })
})

it('a /metrics behind a login is read with it, and says so without', async () => {
  const wanted = `Basic ${Buffer.from('prometheus:p@ss').toString('base64')}`
  const server = createServer((req, res) => {
    if (req.headers.authorization !== wanted) res.statusCode = 401
    res.end('shop_seconds_sum{status="200"} 1\n')
  }).listen(0, '127.0.0.1')
  try {
    const at = await listening(server)
    await expect(said(`http://${at}/`)).rejects.toThrow(/wants a login/)
    const answer = await said(`http://prometheus:p%40ss@${at}/`)
    expect(answer).toContain('map: { duration: shop_seconds, summary: true, status: status }')
    expect(answer).not.toContain('ss@')
  } finally {
    server.close()
  }
})

describe.skipIf(tool('openssl') === undefined)(
  needs('a /metrics with a certificate of its own', 'openssl'),
  () => {
    it('is read, and says what vigie.yaml needs; no password goes there', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'vigie-probe-'))
      const made = spawnSync(
        'openssl',
        [
          'req',
          '-x509',
          '-newkey',
          'rsa:2048',
          '-nodes',
          '-keyout',
          'key',
          '-out',
          'cert',
          '-subj',
          '/CN=intern',
        ],
        { cwd: folder, encoding: 'utf8' },
      )
      expect(made.status, made.stderr).toBe(0)
      const [key, cert] = ['key', 'cert'].map(name => readFileSync(join(folder, name), 'utf8'))
      rmSync(folder, { recursive: true })
      const server = createSecureServer({ key, cert }, (_req, res) =>
        res.end('shop_seconds_sum{status="200"} 1\n'),
      ).listen(0, '127.0.0.1')
      try {
        const at = await listening(server)
        expect(await said(`https://${at}/`)).toMatch(/metricsTls: unverified[\s\S]*duration: shop_seconds/)
        await expect(said(`https://me:secret@${at}/`)).rejects.toThrow(/certificate is none/)
      } finally {
        server.close()
      }
    })
  },
)

async function listening(server: Server): Promise<string> {
  await new Promise(done => server.once('listening', done))
  const address = server.address()
  return `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
}

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
