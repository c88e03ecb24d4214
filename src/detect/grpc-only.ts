import { posix } from 'node:path'
import type { Project } from './manifests/projects.ts'
import type { RepoView } from './repo.ts'
import type { Aside } from './verdict.ts'

const REGISTERS = /\bRegister\w+Server\(/
/** Whatever answers HTTP in Go, or may. */
const HTTP = /"net\/http"|promhttp|metrics|gin-gonic|labstack|gofiber|fasthttp|gateway|connectrpc|websocket/i
const MOST_FILES = 200

/** A Go program whose own code registers gRPC services and speaks no HTTP has no /metrics. */
export function speaksGrpcOnly(project: Project | undefined, view: RepoView): Aside | undefined {
  if (project?.ecosystem !== 'go' || !project.dependencies.some(one => one.name === 'google.golang.org/grpc'))
    return undefined
  const files = project.files.filter(
    file => /\.go$/.test(file) && !/(_test|\.pb(\.gw)?|_grpc\.pb)\.go$/.test(file),
  )
  if (files.length > MOST_FILES) return undefined
  const texts = files.map(file => view.read(posix.join(project.folder, file)) ?? '')
  const registers = files[texts.findIndex(text => REGISTERS.test(text))]
  if (registers === undefined || texts.some(text => HTTP.test(text))) return undefined
  const source = posix.join(project.folder, registers)
  return { reason: 'it answers gRPC and no HTTP', source, part: undefined }
}
