import { networkInterfaces } from 'node:os'
import { execa } from 'execa'
import { UserError } from '../core/errors.ts'

/** What a command of the engine said; never throws for a non-zero exit. */
export interface Ran {
  readonly ok: boolean
  readonly stdout: string
  readonly stderr: string
}

const OLDEST_COMPOSE = [2, 24] as const

/** Runs docker with separate arguments, never through a shell. */
export async function docker(args: readonly string[], cwd: string, timeout = 120_000): Promise<Ran> {
  const result = await execa('docker', [...args], { cwd, reject: false, stdin: 'ignore', timeout })
  if (result.code === 'ENOENT')
    throw new UserError('Docker is not installed, or not on PATH.', {
      hint: 'https://docs.docker.com/engine/install/',
    })
  return { ok: result.exitCode === 0, stdout: String(result.stdout), stderr: String(result.stderr) }
}

/** Runs docker compose and lets it talk on stderr, so that progress is seen; resolves to whether it went well. */
export async function composeLive(args: readonly string[], cwd: string, quiet: boolean): Promise<boolean> {
  const result = await execa('docker', ['compose', ...args], {
    cwd,
    reject: false,
    stdin: 'ignore',
    stdout: quiet ? 'ignore' : [process.stderr],
    stderr: quiet ? 'ignore' : 'inherit',
  })
  return result.exitCode === 0
}

/** Runs docker compose and lets it talk on stdout, where its output is the result. */
export async function composeOutput(args: readonly string[], cwd: string): Promise<boolean> {
  const result = await execa('docker', ['compose', ...args], {
    cwd,
    reject: false,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return result.exitCode === 0
}

/** Runs docker compose and hands over each line of its stdout as it comes; resolves to whether it went well. */
export async function composeLines(
  args: readonly string[],
  cwd: string,
  take: (line: string) => void,
): Promise<boolean> {
  const running = execa('docker', ['compose', ...args], {
    cwd,
    reject: false,
    buffer: false,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of running.iterable()) take(line)
  return (await running).exitCode === 0
}

/** @throws UserError when no engine answers or Compose is too old, with what to do */
export async function requireEngine(cwd: string): Promise<void> {
  const engine = await docker(['version', '--format', '{{.Server.Version}}'], cwd)
  if (!engine.ok)
    throw new UserError('No Docker engine answers.', {
      hint: 'Start Docker (on Linux: sudo systemctl start docker), or check DOCKER_HOST and your membership of the docker group.',
    })
  const compose = await docker(['compose', 'version', '--short'], cwd)
  if (!compose.ok)
    throw new UserError('Docker Compose v2 is not installed.', {
      hint: 'https://docs.docker.com/compose/install/linux/',
    })
  const [major = 0, minor = 0] = compose.stdout.replace(/^v/, '').split('.').map(Number)
  if (major < OLDEST_COMPOSE[0] || (major === OLDEST_COMPOSE[0] && minor < OLDEST_COMPOSE[1]))
    throw new UserError(`Docker Compose ${compose.stdout.trim()} is too old; 2.24 or newer is needed.`, {
      hint: 'https://docs.docker.com/compose/install/linux/',
    })
}

/** The address of the default bridge on the host, where node_exporter listens; undefined where no engine answers. */
export async function bridgeGateway(cwd: string): Promise<string | undefined> {
  try {
    const network = await docker(
      ['network', 'inspect', 'bridge', '--format', '{{range .IPAM.Config}}{{.Gateway}} {{end}}'],
      cwd,
    )
    return (
      network.stdout.split(/\s+/).find(address => /^\d+\.\d+\.\d+\.\d+$/.test(address)) ?? bridgeAddress()
    )
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

/** Some engines do not tell the gateway of a bridge that was there before them; the interface does. */
function bridgeAddress(): string | undefined {
  return networkInterfaces().docker0?.find(address => address.family === 'IPv4')?.address
}
