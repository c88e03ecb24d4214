import { expect, it } from 'vitest'
import { departedServices } from '../../src/commands/live.ts'
import { editAction } from '../../src/core/action.ts'
import { baseOf } from '../../src/core/base.ts'
import { planTree } from '../../src/core/plan.ts'

const compose = (...services: string[]): string =>
  `services:\n${services.map(name => `  ${name}: { image: busybox }\n`).join('')}`
const plan = (disk: string, next: string) =>
  planTree(new Map([['compose.yaml', baseOf('compose.yaml', disk)]]), new Map([['compose.yaml', disk]]), [
    { path: 'compose.yaml', text: next, ownership: 'generated' },
  ])

it('names the services that leave the stack, and only those', () => {
  expect(departedServices(plan(compose('a', 'b', 'c'), compose('a', 'd')))).toEqual(['b', 'c'])
  expect(departedServices(plan(compose('a'), compose('a', 'b')))).toEqual([])
  expect(departedServices(plan(compose('a'), compose('a')))).toEqual([])
})

it('leaves the app’s own compose.yaml out of it', () => {
  const edit = editAction('compose.yaml', 'yaml', compose('a', 'b'), compose('a'), 'include')
  expect(departedServices({ files: [edit] })).toEqual([])
})
