import { type Finding, say } from './finding.ts'

/** What the engine says about itself; undefined where it said nothing. */
export interface EngineFacts {
  /** Why no engine answered. */
  readonly trouble: string | undefined
  readonly version: string
  readonly compose: string | undefined
  readonly os: string
  readonly arch: string
  readonly kernel: string
  readonly cgroup: string
  readonly security: readonly string[]
  /** Docker 29 keeps images in containerd, where an old cAdvisor finds no names. */
  readonly containerd: boolean
  readonly podman: boolean
  readonly cadvisorImage: string | undefined
  readonly nodeExporterMode: 'host' | 'desktop'
}

const OLDEST_COMPOSE = [2, 24] as const
const CADVISOR_FOR_CONTAINERD = [0, 54] as const

export function judgeEngine(facts: EngineFacts): Finding[] {
  const { ok, warn, fail } = say('engine')
  if (facts.trouble !== undefined)
    return [
      fail(`No engine answers: ${facts.trouble}`, {
        next: 'Start Docker (Linux: sudo systemctl start docker). Check DOCKER_HOST, and that you are in the group docker.',
      }),
    ]
  const findings: Finding[] = []
  if (facts.compose === undefined)
    findings.push(
      fail('Docker Compose v2 is not installed.', { next: 'https://docs.docker.com/compose/install/linux/' }),
    )
  else if (older(facts.compose, OLDEST_COMPOSE))
    findings.push(fail(`Compose ${facts.compose} is too old.`, { next: 'Install 2.24 or newer.' }))
  findings.push(...peculiarities(facts, warn))
  const name = facts.podman ? 'Podman' : 'Docker'
  const summary = `${name} ${facts.version}, Compose ${facts.compose ?? 'missing'}, ${facts.os} on ${facts.arch}, cgroup v${facts.cgroup}`
  return findings.some(one => one.verdict === 'fail') ? findings : [ok(summary), ...findings]
}

function peculiarities(facts: EngineFacts, warn: ReturnType<typeof say>['warn']): Finding[] {
  const found: Finding[] = []
  const cadvisor = /:v?(\d+\.\d+)/.exec(facts.cadvisorImage ?? '')?.[1]
  if (facts.containerd && cadvisor !== undefined && older(cadvisor, CADVISOR_FOR_CONTAINERD))
    found.push(
      warn(`cAdvisor ${cadvisor} cannot name containers of this engine, which keeps images in containerd.`, {
        next: 'Use cAdvisor 0.54 or newer: take the image out of compose.override.yaml, or run  vigie generate --upgrade.',
      }),
    )
  if (facts.podman)
    found.push(
      warn('This is Podman, not Docker: cAdvisor sees no container names there.', {
        next: 'Panels and alerts about containers stay empty; all others work.',
      }),
    )
  if (facts.security.some(option => option.includes('rootless')))
    found.push(
      warn('The engine is rootless: cAdvisor may not read the cgroups and the disks of containers.', {
        next: 'Panels about containers may stay empty; all others work.',
      }),
    )
  const desktop = /docker desktop/i.test(facts.os)
  if (desktop && facts.nodeExporterMode === 'host')
    found.push(
      warn(
        'Docker Desktop runs in a virtual machine: node_exporter cannot listen on the bridge of the host.',
        {
          next: 'Set  stack: { nodeExporter: { mode: desktop } }  in vigie.yaml, then  vigie generate --apply.',
        },
      ),
    )
  if (/microsoft/i.test(facts.kernel) && !desktop)
    found.push(
      warn('This is WSL: what node_exporter measures is the virtual machine, not Windows.', {
        next: 'Nothing needs doing; know it when you read the panels of the host.',
      }),
    )
  if (facts.cgroup === '1')
    found.push(
      warn('cgroup v1: memory pressure and some limits of containers are not measured.', {
        next: 'A system with cgroup v2 (any of the last years) measures them.',
      }),
    )
  return found
}

function older(version: string, than: readonly [number, number]): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  return major < than[0] || (major === than[0] && minor < than[1])
}
