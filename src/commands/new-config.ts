import type { NewConfig, NewService } from '../core/config/write.ts'
import { exporterName } from '../core/conventions.ts'
import { freeNodePort, freePorts } from '../core/free-ports.ts'
import { STACK_PARTS } from '../core/modules/registry.ts'
import type { Detection } from '../detect/detection.ts'
import { bridgeGateway } from '../io/engine.ts'
import { remoteUrl } from '../io/git.ts'
import type { ReceiverAnswers } from './receivers.ts'
import type { Run } from './run.ts'
import { withReachablePassword } from './secrets.ts'

/** What was answered or said by flags, besides the services and who is told. */
interface Answers {
  readonly attach: NewConfig['attach'] | undefined
  readonly heartbeat: boolean
  readonly cadvisor: boolean
}

/** What vigie.yaml is to say of a repo, by what was seen in it and answered. */
export async function newConfig(
  run: Run,
  found: Detection,
  services: readonly NewService[],
  receivers: ReceiverAnswers,
  output: string,
  answers: Answers,
): Promise<NewConfig> {
  const desktop = process.platform !== 'linux'
  const attach = answers.attach ?? attachFor(found, services)
  return {
    project: found.project,
    output,
    attach,
    compose: found.composeFile,
    cadvisor: answers.cadvisor,
    runbooks: await remoteUrl(run.root, `${output}/runbooks`),
    nodeExporter: {
      mode: desktop ? 'desktop' : 'host',
      listen: desktop ? undefined : await listenAddress(run.root, freeNodePort(found.published)),
    },
    services: services.map(service => withReachablePassword(service, attach)),
    receivers: receivers.entries,
    deadManSwitch: answers.heartbeat,
    ignore: found.services.map(one => one.name).filter(name => !services.some(one => one.name === name)),
    ports: freePorts(found.published),
  }
}

const USUAL_GATEWAY = '172.17.0.1'
const USUAL_NODE_PORT = 9100

/** Only worth a line in vigie.yaml where the engine's bridge is not the usual one. */
async function listenAddress(root: string, port: number): Promise<string | undefined> {
  const gateway = (await bridgeGateway(root)) ?? USUAL_GATEWAY
  return gateway === USUAL_GATEWAY && port === USUAL_NODE_PORT ? undefined : `${gateway}:${port}`
}

/** In one project no two services may have one name, so a stack beside an own Prometheus is a project of its own. */
function attachFor(found: Detection, services: readonly NewService[]): NewConfig['attach'] {
  if (found.composeFile === undefined) return 'host'
  const names: readonly string[] = [...STACK_PARTS, ...services.map(service => exporterName(service.name))]
  return names.some(name => found.taken.includes(name)) ? 'external' : 'include'
}
