import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { loadRegistry } from '../../src/io/templates.ts'
import { configOf, kinds, renderConfig } from './stacks.ts'

const registry = loadRegistry('/nowhere')
/** A kind by its first name: the list has its other names too. */
const named = (kind: string): string => kind.split(/,? /)[0] ?? kind

const LOGINS: Readonly<Record<string, Record<string, string>>> = {
  'no login': {},
  'a user alone': { user: 'vigie' },
  'a password in a variable': { user: 'vigie', password: 'env:DB_PASSWORD' },
  'a password in a file': { user: 'vigie', password: 'file:db_password' },
}

/** Kinds whose exporter runs as a container, and the switches that their templates ask for. */
const cases = kinds.map(named).flatMap(kind => {
  const { endpoint, settings, credentials } = registry.get(kind).manifest
  const files = Object.entries(settings).filter(([name]) => /^tls/.test(name))
  const withFiles = Object.fromEntries(
    files.map(([name, one]) => [name, one.type === 'string' ? 'ca.pem' : true]),
  )
  if (endpoint.exporter === undefined) return []
  const logins = Object.entries(LOGINS).filter(
    ([, login]) => credentials.password?.from !== 'variable' || !login.password?.startsWith('file:'),
  )
  return logins.flatMap(([login]) => [
    { kind, login, settings: {} },
    ...(files.length > 0 ? [{ kind, login, settings: withFiles }] : []),
  ])
})

it.each(cases)(
  'gives $kind with $login and $settings an exporter without empty keys',
  ({ kind, login, settings }) => {
    const credentials = LOGINS[login]
    const service = { kind, address: 'thing:1234', ...(credentials && { credentials }), ...settings }
    const text = renderConfig(configOf({ services: { thing: service } })).get('compose.yaml') ?? ''
    const exporter: Record<string, unknown> = parse(text).services['thing-exporter']
    expect(Object.keys(exporter)).toContain('mem_limit')
    expect(Object.entries(exporter).filter(([, value]) => value === null)).toEqual([])
  },
)
