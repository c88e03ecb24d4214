import { expect, it } from 'vitest'
import { isIncluded } from '../../src/core/include.ts'

it.each([
  ['include:\n  - monitoring/compose.yaml\n', true],
  ['include: [./monitoring/compose.yaml]\n', true],
  ['include: ["monitoring/compose.yaml"]\r\n', true],
  ['include:\n  - path: monitoring/compose.yaml\n    project_directory: .\n', true],
  ['include:\n  - path: [other.yaml, ./monitoring/compose.yaml]\n    env_file: .env\n', true],
  ['include:\n  - other.yaml\n', false],
  ['include:\n  - ../monitoring/compose.yaml\n', false],
  ['include:\n', false],
  ['services: {}\n# include: [monitoring/compose.yaml]\n', false],
  ['', false],
])('%j: %s', (text, there) => expect(isIncluded(text, 'monitoring/compose.yaml')).toBe(there))
