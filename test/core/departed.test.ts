import { expect, it } from 'vitest'
import { editAction } from '../../src/core/action.ts'
import { baseOf } from '../../src/core/base.ts'
import { departedServices } from '../../src/core/departed.ts'
import { planTree, resolveConflicts } from '../../src/core/plan.ts'

const compose = (...services: string[]): string =>
  `services:\n${services.map(name => `  ${name}: { image: busybox }\n`).join('')}`
const plan = (disk: string, next: string, base = disk) =>
  planTree(new Map([['compose.yaml', baseOf('compose.yaml', base)]]), new Map([['compose.yaml', disk]]), [
    { path: 'compose.yaml', text: next, ownership: 'generated' },
  ])

it('names the services that leave the stack, and only those', () => {
  expect(departedServices(plan(compose('a', 'b', 'c'), compose('a', 'd')))).toEqual(['b', 'c'])
  expect(departedServices(plan(compose('a'), compose('a', 'b')))).toEqual([])
  expect(departedServices(plan(compose('a'), compose('a')))).toEqual([])
})

it('reads what is left of a file that somebody broke', () => {
  const broken = `${compose('a', 'b')}<<<<<<< ours\n`
  const taken = resolveConflicts(plan(broken, compose('a'), compose('b')), () => 'vigie')
  expect(departedServices(taken)).toEqual(['b'])
})

it('leaves the app’s own compose.yaml out of it', () => {
  const edit = editAction('compose.yaml', 'yaml', compose('a', 'b'), compose('a'), 'include')
  expect(departedServices({ files: [edit] })).toEqual([])
})
