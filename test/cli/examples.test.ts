import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { runVigie } from '../run-vigie.ts'

const EXAMPLES = join(import.meta.dirname, '../../examples')
const MINE: Readonly<Record<string, readonly string[]>> = {
  dice: ['monitoring/prometheus/rules/local/dice.yml', 'monitoring/grafana/dashboards/local/dice.json'],
  arena: [],
}

/** What vigie.yaml says of each service, without what only a person can know. */
function services(root: string): Record<string, object> {
  const config = parse(readFileSync(join(root, 'vigie.yaml'), 'utf8')) as {
    services: Record<string, object>
  }
  const known = (service: object): object =>
    Object.fromEntries(Object.entries(service).filter(([key]) => key !== 'counters' && key !== 'slo'))
  return Object.fromEntries(Object.entries(config.services).map(([name, service]) => [name, known(service)]))
}

describe.each(Object.keys(MINE))('the example %s', example => {
  let root = ''
  beforeEach(() => {
    root = join(mkdtempSync(join(tmpdir(), 'vigie-example-')), example)
    cpSync(join(EXAMPLES, example), root, {
      recursive: true,
      filter: path => !path.includes('node_modules'),
    })
  })
  afterEach(() => rmSync(join(root, '..'), { recursive: true, force: true }))

  const vigie = async (...argv: string[]): Promise<string> => {
    const { code, out, err } = await runVigie(root, argv)
    expect(code, err).toBe(0)
    return out
  }

  it('has a vigie.yaml that renders, beside files of its own that stay', async () => {
    await vigie('generate', '--yes')
    await vigie('check')
    for (const path of MINE[example] ?? [])
      expect(readFileSync(join(root, path), 'utf8')).toBe(readFileSync(join(EXAMPLES, example, path), 'utf8'))
  })

  it('is what vigie finds by itself', async () => {
    const written = services(root)
    rmSync(join(root, 'vigie.yaml'))
    await vigie('init', '--yes', '--alerts', 'none')
    expect(services(root)).toEqual(written)
  })
})
