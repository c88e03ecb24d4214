import { createServer } from 'node:net'
import { docker } from './engine.ts'

/** Whether something listens on a port of an address of this machine already. */
export function isTaken(port: number, host: string): Promise<boolean> {
  return new Promise(resolve => {
    const probe = createServer()
    probe.once('error', error => resolve('code' in error && error.code === 'EADDRINUSE'))
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(false)))
  })
}

/** The next free port after one, so that a conflict can be answered with a proposal. */
export async function freePortAfter(port: number, host: string): Promise<number> {
  for (let next = port + 1; next < 65536; next++) if (!(await isTaken(next, host))) return next
  return port
}

/** The container that publishes a port, as `name (project)`, where the engine knows one. */
export async function portHolder(
  port: number,
  cwd: string,
): Promise<{ name: string; project: string } | undefined> {
  const listed = await docker(
    ['ps', '--filter', `publish=${port}`, '--format', '{{.Names}}\t{{.Label "com.docker.compose.project"}}'],
    cwd,
  )
  const [name, project = ''] = listed.stdout.split('\n')[0]?.split('\t') ?? []
  return name ? { name, project } : undefined
}
