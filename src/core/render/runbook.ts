import { PROBE_PART, STACK_PARTS } from '../modules/registry.ts'
import type { Stack } from '../stack.ts'

/** The addresses that runbooks are written with, and the part behind each. */
const WRITTEN = { grafana: 3000, prometheus: 9090, alertmanager: 9093, cadvisor: 8081 } as const
const ADDRESS = new RegExp(`\\blocalhost:(${Object.values(WRITTEN).join('|')})\\b`, 'g')
const FOLDER = /(?<![\w./-])monitoring\//g

/** `docker compose`, and whether it is about a container of the stack: one of its parts, or an exporter. */
const COMPOSE = new RegExp(
  `\\bdocker compose( \\w+(?: --?[\\w-]+(?:[ =]\\w+)?)* (?:${[...STACK_PARTS, PROBE_PART].join('|')}|[\\w.-]+-exporter)(?![\\w-]))?`,
  'g',
)

/**
 * Runbooks are written for a stack in monitoring/, on the usual ports and in the app's own project; here they get the folder,
 * the ports and the project of this one.
 */
export function renderRunbook(text: string, stack: Stack): string {
  const here = new Map(Object.entries(WRITTEN).map(([part, port]) => [String(port), portOf(stack, part)]))
  return text
    .replaceAll(FOLDER, () => `${stack.config.output}/`)
    .replaceAll(COMPOSE, (_, about?: string) =>
      about === undefined ? appCommand(stack) : `${stackCommand(stack)}${about}`,
    )
    .split('\n')
    .map(line =>
      runsInContainer(line) ? line : line.replaceAll(ADDRESS, (_, port) => `localhost:${here.get(port)}`),
    )
    .join('\n')
}

/** Names under which Compose finds a file by itself. */
const FOUND = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml']

/** How Compose is called for what the app runs. */
function appCommand({ config: { compose } }: Stack): string {
  return compose === undefined || FOUND.includes(compose) ? 'docker compose' : `docker compose -f ${compose}`
}

/** How Compose is called for what the stack runs: a project of its own unless the app includes it. */
function stackCommand(stack: Stack): string {
  const { attach, output } = stack.config
  if (attach === 'include') return appCommand(stack)
  return `docker compose -f ${output}/compose.yaml -f ${output}/compose.override.yaml`
}

const portOf = (stack: Stack, part: string): number | undefined =>
  Object.entries(stack.ports).find(([name]) => name === part)?.[1]

/** Inside a container a part has the port of its image, wherever that is published. */
const runsInContainer = (line: string): boolean => / exec /.test(line)
