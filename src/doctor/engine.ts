import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import type { EngineFacts } from '../core/doctor/engine.ts'
import type { Stack } from '../core/stack.ts'
import { fromJson, lastLine, tryDocker } from './run.ts'

const Info = v.object({
  ServerVersion: v.optional(v.string(), ''),
  OperatingSystem: v.optional(v.string(), ''),
  Architecture: v.optional(v.string(), ''),
  KernelVersion: v.optional(v.string(), ''),
  CgroupVersion: v.optional(v.string(), '?'),
  SecurityOptions: v.optional(v.nullable(v.array(v.string())), []),
  DriverStatus: v.optional(v.nullable(v.array(v.array(v.string()))), []),
  ServerErrors: v.optional(v.array(v.string()), []),
})

/** What the engine says about itself. */
export async function engineFacts(root: string, stack: Stack): Promise<EngineFacts> {
  const [info, compose, version] = await Promise.all([
    tryDocker(['info', '--format', '{{json .}}'], root),
    tryDocker(['compose', 'version', '--short'], root),
    tryDocker(['version', '--format', '{{range .Server.Components}}{{.Name}} {{end}}'], root),
  ])
  const parsed = v.safeParse(Info, fromJson(info.stdout))
  const data = parsed.success ? parsed.output : v.parse(Info, {})
  const silent = data.ServerVersion === ''
  return {
    trouble: silent
      ? (data.ServerErrors[0] ?? (lastLine(info.stderr) || 'it does not answer in time'))
      : undefined,
    version: data.ServerVersion,
    compose: compose.ok ? compose.stdout.trim().replace(/^v/, '') : undefined,
    os: data.OperatingSystem,
    arch: data.Architecture,
    kernel: data.KernelVersion,
    cgroup: data.CgroupVersion,
    security: data.SecurityOptions ?? [],
    containerd: (data.DriverStatus ?? []).some(row => row.join(' ').includes('io.containerd.snapshotter')),
    podman: /podman/i.test(version.stdout),
    cadvisorImage: cadvisorImage(join(root, stack.config.output, 'compose.yaml')),
    nodeExporterMode: stack.config.stack.nodeExporter.mode,
  }
}

function cadvisorImage(file: string): string | undefined {
  try {
    return /image: *"?(\S*cadvisor\S*?)"?$/m.exec(readFileSync(file, 'utf8'))?.[1]
  } catch {
    return undefined
  }
}
