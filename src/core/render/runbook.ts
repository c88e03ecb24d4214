import type { Stack } from '../stack.ts'

/** The addresses that runbooks are written with, and the part behind each. */
const WRITTEN = { grafana: 3000, prometheus: 9090, alertmanager: 9093, cadvisor: 8081 } as const
const ADDRESS = new RegExp(`\\blocalhost:(${Object.values(WRITTEN).join('|')})\\b`, 'g')
const FOLDER = /(?<![\w./-])monitoring\//g

/** Runbooks are written for a stack in monitoring/ on the usual ports; here they get the folder and the ports of this one. */
export function renderRunbook(text: string, stack: Stack): string {
  const here = new Map(Object.entries(WRITTEN).map(([part, port]) => [String(port), portOf(stack, part)]))
  return text
    .replaceAll(FOLDER, () => `${stack.config.output}/`)
    .split('\n')
    .map(line =>
      runsInContainer(line) ? line : line.replaceAll(ADDRESS, (_, port) => `localhost:${here.get(port)}`),
    )
    .join('\n')
}

const portOf = (stack: Stack, part: string): number | undefined =>
  Object.entries(stack.ports).find(([name]) => name === part)?.[1]

/** Inside a container a part has the port of its image, wherever that is published. */
const runsInContainer = (line: string): boolean => / exec /.test(line)
