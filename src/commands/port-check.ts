import { UserError } from '../core/errors.ts'
import { openPorts, type Stack } from '../core/stack.ts'
import { docker } from '../io/engine.ts'
import { freePortAfter, isTaken, portHolder } from '../io/ports.ts'
import type { Run } from './run.ts'

/** A port that a part of the stack opens on this machine, and how vigie.yaml moves it. */
interface Opening {
  readonly part: string
  readonly host: string
  readonly port: number
  setting(port: number): string
}

/**
 * @param project the Compose project whose own containers may hold the ports already
 * @throws UserError for the first port that something else holds: who, and which one is free
 */
export async function requirePorts(run: Run, stack: Stack, project: string): Promise<void> {
  const all = openings(stack)
  const planned = all.map(one => one.port)
  for (const opening of all) {
    const { part, host, port } = opening
    if (!(await isTaken(port, host)) || (await isOwn(run, part, port, project))) continue
    const holder = await portHolder(port, run.root)
    const free = await freePortAfter(port, host, planned)
    throw new UserError(`Port ${port}, which ${part} needs, is taken by ${holder ?? 'another program'}.`, {
      hint: `Set  ${opening.setting(free)}  in vigie.yaml and run  vigie generate  (${free} is free).`,
    })
  }
}

function openings(stack: Stack): Opening[] {
  const published = openPorts(stack).map(([part, port]) => ({
    part,
    host: '127.0.0.1',
    port,
    setting: (free: number) => `stack: { ${part}: { port: ${free} } }`,
  }))
  const { mode, listen } = stack.config.stack.nodeExporter
  if (mode !== 'host') return published
  const [host = '', port] = listen.split(':')
  const setting = (free: number): string => `stack: { nodeExporter: { listen: "${host}:${free}" } }`
  return [...published, { part: 'node-exporter', host, port: Number(port), setting }]
}

/** Whether this stack runs already and holds the port itself; one on the host's network publishes nothing. */
async function isOwn(run: Run, part: string, port: number, project: string): Promise<boolean> {
  const ours = ['ps', '-q', '--filter', `label=com.docker.compose.project=${project}`]
  const filter = part === 'node-exporter' ? `label=com.docker.compose.service=${part}` : `publish=${port}`
  return (await docker([...ours, '--filter', filter], run.root)).stdout !== ''
}
