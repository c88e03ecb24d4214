import { describe, expect, it } from 'vitest'
import { newFaults } from '../../src/core/soundness.ts'

const messages = (before: Record<string, string>, after: Record<string, string>): string[] =>
  newFaults(new Map(Object.entries(before)), new Map(Object.entries(after))).map(
    ({ path, message }) => `${path}  ${message}`,
  )
const job = (...names: string[]): string =>
  `scrape_configs:\n${names.map(name => `  - job_name: ${name}\n`).join('')}`
const ports = (services: Record<string, string>): string =>
  `services:\n${Object.entries(services)
    .map(([name, port]) => `  ${name}:\n    ports: ["${port}"]\n`)
    .join('')}`

describe('what a run would break', () => {
  it('is YAML that does not parse', () => {
    expect(messages({}, { 'a.yml': 'a: [' })).toEqual(['a.yml  It would not be valid YAML.'])
    expect(messages({}, { 'a.yml': 'a: 1\na: 2\n' })).toHaveLength(1)
    expect(messages({}, { 'README.md': 'a: [' })).toEqual([])
  })

  it('is a service that the app has too', () => {
    const stack = { 'compose.yaml': 'services: { grafana: {}, queue-exporter: {} }' }
    const app = 'services:\n  queue-exporter:\n    image: ours\n  db: {}\n'
    const faults = (before: Record<string, string>, text: string) =>
      newFaults(new Map(Object.entries(before)), new Map(Object.entries(stack)), text)
    expect(faults({}, app)).toMatchObject([
      {
        message: 'The stack has a service "queue-exporter" too, and Compose would start neither.',
        inApp: { line: 2, column: 3 },
      },
    ])
    expect(faults(stack, app)).toHaveLength(1)
    expect(faults({}, 'services: { db: {} }')).toEqual([])
    expect(faults({}, 'services: [')).toEqual([])
  })

  it('is a scrape job that is there twice, in one file or in two', () => {
    const own = { 'prometheus/scrape/local/docs.yml': job('docs') }
    const after = { ...own, 'prometheus/scrape/docs.yml': job('docs', 'more') }
    expect(messages(own, after)).toEqual([
      'prometheus/scrape/docs.yml  The scrape job "docs" would be in prometheus/scrape/local/docs.yml of the stack too, and Prometheus would not start.',
    ])
    expect(messages({}, { 'prometheus/prometheus.yml': job('a', 'a') })).toHaveLength(1)
    expect(messages({}, { 'prometheus/rules/a.yml': job('a', 'a') })).toEqual([])
  })

  it.each([
    ['127.0.0.1:3000:3000', '127.0.0.1:3000:80', 1],
    ['3000:3000', '127.0.0.1:3000:80', 1],
    ['127.0.0.1:3000:3000', '0.0.0.0:3000:80/tcp', 1],
    ['127.0.0.1:3000:3000', '172.17.0.1:3000:80', 0],
    ['3000:3000', '3000:3000/udp', 0],
    ['${PORT}:3000', '${PORT}:3000', 0],
    ['3000', '3000', 0],
  ])('is a port published twice: %s and %s', (a, b, faults) => {
    expect(messages({}, { 'compose.yaml': ports({ a, b }) })).toHaveLength(faults)
    const split = { 'compose.yaml': ports({ a }), 'compose.override.yaml': ports({ b }) }
    expect(messages({}, split)).toHaveLength(faults)
  })

  it('is not what was so before', () => {
    const broken = { 'a.yml': 'a: [', 'compose.yaml': ports({ a: '80:80', b: '80:80' }) }
    expect(messages(broken, { ...broken, 'a.yml': 'b: [' })).toEqual([])
    expect(messages(broken, { 'a.yml': 'a: 1', 'compose.yaml': ports({ a: '80:80' }) })).toEqual([])
  })

  it('is not an override of the same service', () => {
    const twice = { 'compose.yaml': ports({ a: '80:80' }), 'compose.override.yaml': ports({ a: '80:80' }) }
    expect(messages({}, twice)).toEqual([])
  })
})
