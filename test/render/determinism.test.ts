import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { keepList } from '../../src/core/render/keep.ts'
import { loadRegistry } from '../../src/io/templates.ts'
import { fileOf, recordedScrape } from '../modules/facts.ts'
import { configOf, renderConfig, SHOP_SERVICES } from './stacks.ts'

interface Container {
  readonly cap_drop?: string[]
  readonly security_opt?: string[]
  readonly mem_limit?: string
  readonly logging?: unknown
  readonly read_only?: boolean
  readonly privileged?: boolean
  readonly ports?: (string | { host_ip?: string })[]
  readonly volumes?: (string | { type: string; source: string })[]
}

const shuffled = Object.fromEntries(Object.entries(SHOP_SERVICES).reverse())
const tree = renderConfig(configOf({ services: SHOP_SERVICES }))
const compose: { services: Record<string, Container> } = parse(tree.get('compose.yaml') ?? '')
const containers = Object.entries(compose.services)

/** What a container lacks on purpose, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {}

describe('a rendered tree', () => {
  it('is the same bytes every time, whatever the order in vigie.yaml', () => {
    expect(Object.keys(shuffled)).not.toEqual(Object.keys(SHOP_SERVICES))
    expect([...renderConfig(configOf({ services: SHOP_SERVICES }))]).toEqual([...tree])
    expect([...renderConfig(configOf({ services: shuffled }))]).toEqual([...tree])
  })

  it('has no residue of a template', () => {
    const rendered = [...tree].filter(([path]) =>
      /^(compose\.yaml|prometheus\/(prometheus\.yml|scrape\/.*))$/.test(path),
    )
    expect(rendered.length).toBeGreaterThan(8)
    expect(
      rendered
        .filter(([, text]) => /\{\{|\}\}(?!\s*[,}\]]|$)|undefined|\[object/m.test(text))
        .map(([path]) => path),
    ).toEqual([])
  })

  it('ends every text file with one newline', () => {
    const texts = [...tree].filter(([, text]) => text !== '')
    expect(texts.filter(([, text]) => !/[^\n]\n$/.test(text)).map(([path]) => path)).toEqual([])
  })

  it('watches one container a part and one an exporter', () => {
    expect(containers.map(([name]) => name).sort()).toEqual([
      'alertmanager',
      'cache-exporter',
      'cadvisor',
      'db-exporter',
      'grafana',
      'node-exporter',
      'prometheus',
      'proxy-exporter',
    ])
  })

  it.each(containers)('keeps %s small and locked down', (name, container) => {
    const lacks = [
      ...(container.cap_drop?.includes('ALL') ? [] : ['cap_drop']),
      ...(container.security_opt?.includes('no-new-privileges:true') ? [] : ['no-new-privileges']),
      ...(/^\d+[mg]$/.test(container.mem_limit ?? '') ? [] : ['mem_limit']),
      ...(container.logging === undefined ? ['logging'] : []),
      ...(container.privileged ? ['privileged'] : []),
    ]
    expect(lacks.filter(one => EXCEPTIONS[`${name}: ${one}`] === undefined)).toEqual([])
  })

  it('publishes ports on loopback only', () => {
    const ports = containers.flatMap(([name, one]) => (one.ports ?? []).map(port => ({ name, port })))
    expect(ports.length).toBeGreaterThanOrEqual(3)
    expect(
      ports.filter(({ port }) => typeof port !== 'string' || !/^127\.0\.0\.1:\d+:\d+$/.test(port)),
    ).toEqual([])
  })

  it('mounts folders, never a single file: an editor that replaces the file would cut the mount', () => {
    const sources = containers.flatMap(([, one]) =>
      (one.volumes ?? []).map(volume =>
        typeof volume === 'string' ? (volume.split(':')[0] ?? '') : volume.source,
      ),
    )
    const own = sources.filter(source => source.startsWith('./'))
    expect(own.length).toBeGreaterThan(3)
    expect(own.filter(source => tree.has(source.slice(2)))).toEqual([])
    expect(
      own.filter(source => ![...tree.keys()].some(path => `./${path}`.startsWith(`${source}/`))),
    ).toEqual([])
  })
})

describe('lean mode', () => {
  const rows = loadRegistry('/nowhere')
    .all()
    .flatMap(module => {
      const keep = keepList(module)
      if (keep === undefined) return []
      const samples = (fileOf(`modules/${module.id}`, 'metrics.prom') ?? '')
        .split('\n')
        .filter(line => /^[a-z_:]/i.test(line))
      const kept = samples.filter(line =>
        new RegExp(`^(?:${keep})$`).test(/^[a-zA-Z0-9_:]+/.exec(line)?.[0] ?? ''),
      )
      return [[module.id, samples.length, kept.length] as const]
    })

  it.each(rows)('keeps some of the samples of %s, and fewer than full mode', (id, full, lean) => {
    expect(lean).toBeGreaterThan(0)
    expect(lean).toBeLessThan(full)
    expect(recordedScrape(fileOf(`modules/${id}`, 'metrics.prom') ?? '').size).toBeGreaterThan(0)
  })

  it('prints what it saves', () => {
    const full = rows.reduce((sum, [, count]) => sum + count, 0)
    const lean = rows.reduce((sum, [, , count]) => sum + count, 0)
    const line = (id: string, all: number, some: number): string =>
      `  ${id.padEnd(16)}${String(all).padStart(6)} → ${String(some).padStart(5)}   −${Math.round(100 - (100 * some) / all)} %`
    process.stdout.write(
      `samples a scrape, full → lean\n${[...rows, ['all', full, lean] as const].map(row => line(...row)).join('\n')}\n`,
    )
    expect(lean / full).toBeLessThan(0.5)
  })

  it('drops only in the scrape files', () => {
    const full = renderConfig(configOf({ services: SHOP_SERVICES, metrics: 'full' }))
    const changed = [...tree].filter(([path, text]) => full.get(path) !== text).map(([path]) => path)
    expect(changed.length).toBeGreaterThan(3)
    expect(changed.filter(path => !path.startsWith('prometheus/scrape/'))).toEqual([])
  })
})
