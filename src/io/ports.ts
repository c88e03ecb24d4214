import { createServer } from 'node:net'
import { execa } from 'execa'
import { docker } from './engine.ts'

/** Whether something listens on a port of an address of this machine already. */
export function isTaken(port: number, host: string): Promise<boolean> {
  return new Promise(resolve => {
    const probe = createServer()
    probe.once('error', error => resolve('code' in error && error.code === 'EADDRINUSE'))
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(false)))
  })
}

/** The next free port after one that nothing is planned for, so that a conflict can be answered with a proposal. */
export async function freePortAfter(port: number, host: string, planned: readonly number[]): Promise<number> {
  for (let next = port + 1; next < 65536; next++)
    if (!planned.includes(next) && !(await isTaken(next, host))) return next
  return port
}

/** Who listens on a port, in words: the container that publishes it or the process, where either can be seen. */
export async function portHolder(port: number, cwd: string): Promise<string | undefined> {
  const listed = await docker(['ps', '--filter', `publish=${port}`, '--format', '{{.Names}}'], cwd)
  const [container] = listed.stdout.split('\n')
  if (container) return `the container ${container}`
  const viewer = VIEWERS[process.platform]
  if (viewer === undefined) return undefined
  const seen = await execa(viewer.program, viewer.args(port), {
    reject: false,
    stdin: 'ignore',
    timeout: 5000,
  })
  const found = viewer.pattern.exec(String(seen.stdout ?? ''))?.groups
  return found && `the process ${found.name} (pid ${found.pid})`
}

/** Programs that come with a system and tell whose a listening socket is; without root, one's own processes only. */
const VIEWERS: Readonly<Record<string, { program: string; args(port: number): string[]; pattern: RegExp }>> =
  {
    linux: {
      program: 'ss',
      args: port => ['-Hltnp', `sport = :${port}`],
      pattern: /users:\(\("(?<name>[^"]+)",pid=(?<pid>\d+)/,
    },
    darwin: {
      program: 'lsof',
      args: port => ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'],
      pattern: /^p(?<pid>\d+)\nc(?<name>.+)$/m,
    },
  }
