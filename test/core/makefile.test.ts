import { expect, it } from 'vitest'
import { hasStackTargets } from '../../src/core/makefile.ts'

it.each([
  ['up:\n\tdocker compose up\n', true],
  ['all: x\r\n\r\nup : x\r\n', true],
  ['up::\n', true],
  ['up test: x\n', true],
  ['test up down: x\n', true],
  ['\uFEFFlogs:\n', true],
  ['.PHONY: up\n', false],
  ['startup: up\n', false],
  ['up := x\nUP = up: x\n', false],
  ['# up: x\ntest:\n\techo up: x\n', false],
  ['', false],
])('%j has targets of the stack’s names: %s', (text, own) => expect(hasStackTargets(text)).toBe(own))
