import type { ComposeService } from '../compose/service.ts'
import type { Facts } from '../facts.ts'
import type { Project } from '../manifests/projects.ts'
import { languageOf } from '../program/command.ts'
import type { RepoView } from '../repo.ts'
import type { Calls } from './calls.ts'
import { checkedPort } from './checked-port.ts'
import { fromFlag, serverPort } from './command-port.ts'
import type { JvmConfig } from './jvm-config.ts'
import { labelledPort } from './labels.ts'
import { configured, HTTP_IN_GO, listening, portVariables, saidInCode } from './listening.ts'
import { choose, GRPC, isCalled, mayAnswer, type Port, portOf, rather, TOOL_PORTS } from './port.ts'
import {
  environmentOf,
  fromFramework,
  fromVariables,
  namedGrpc,
  ownPort,
  portBeside,
  withoutShared,
} from './variables.ts'

/**
 * Where an app answers, inside its container. In this order: a flag of its command; a variable of the framework; what a program on the JVM
 * is configured to; its health check; PORT and its like in its environment; the health check of its Dockerfile; the variable that its code reads; the port that Compose publishes or exposes; the one that a
 * proxy's label names; the one by which others in the repo call it; the configuration of the framework; EXPOSE; PORT of the Dockerfile, a variable that ends in
 * APP_PORT, PORT of a .env beside the code; what the code says; a configuration file of its own; what is usual for the framework.
 */
export function appPort(
  service: ComposeService,
  facts: Facts,
  usual: number | undefined,
  project: Project | undefined,
  calls: Calls,
  view: RepoView,
  jvm?: JvmConfig,
): Port {
  const exposed = facts.exposed.map(one => one.value).filter(port => !TOOL_PORTS.has(port))
  const published = facts.ports.map(one => one.value).filter(port => !TOOL_PORTS.has(port))
  const open = published.filter(port => !isOfMedia(port, published))
  const isHttp = (port: number): boolean => !GRPC.has(port) && !namedGrpc(facts).includes(port)
  const ports = rather(rather(open, mayAnswer), isHttp)
  const called = calls.portOf(service)
  const own = withoutShared(service)
  const checked = checkedPort(facts, [...ports, ...exposed])
  const found =
    fromFlag(facts, project) ??
    fromFramework(facts, project?.ecosystem ?? languageOf(facts)) ??
    jvm?.port ??
    (service.healthcheck === '' ? undefined : checked) ??
    fromVariables(own, ports, exposed) ??
    checked ??
    (project && readByCode(project, own, ports, view)) ??
    fromVariables(environmentOf(service), ports, exposed) ??
    (project && ports.length > 1 ? saidByCode(project, ports, view) : undefined) ??
    (isOtherwise(ports, isHttp, called)
      ? undefined
      : choose(ports, serverPort(facts, project) ?? usual, exposed)) ??
    labelledPort(service) ??
    (called !== undefined && !isCalled(called) ? called : undefined) ??
    (project && configured(project, view)?.value) ??
    choose(rather(exposed, isHttp), usual, []) ??
    fromVariables(facts.dockerfile?.environment ?? new Map(), []) ??
    ownPort(environmentOf(service)) ??
    (project && (portBeside(project.folder, view) ?? listening(project, view)?.value))
  return { port: found ?? serverPort(facts, project) ?? usual ?? 8080, isKnown: found !== undefined }
}

/** Calls and streams need a range of ports, where nothing answers HTTP. */
const RANGE = 10
const isOfMedia = (port: number, published: readonly number[]): boolean =>
  published.filter(other => Math.abs(other - port) < RANGE).length >= RANGE

/** Of several published ports, the one on which the code says that it listens. */
function saidByCode(project: Project, ports: readonly number[], view: RepoView): number | undefined {
  const seen = project.ecosystem === 'go' ? saidInCode(project, view, HTTP_IN_GO) : listening(project, view)
  const said = seen?.value
  return said !== undefined && ports.includes(said) ? said : undefined
}

/** Only gRPC is published, and others call it elsewhere. */
const isOtherwise = (
  ports: readonly number[],
  isHttp: (port: number) => boolean,
  called: number | undefined,
): boolean => called !== undefined && isHttp(called) && !ports.some(isHttp)

/** What the variable says by which the code is told where to listen. */
function readByCode(
  project: Project,
  environment: ReadonlyMap<string, string>,
  ports: readonly number[],
  view: RepoView,
): number | undefined {
  if (![...environment.keys()].some(name => /PORT/.test(name))) return undefined
  const said = portVariables(project, view).flatMap(name => portOf(environment.get(name)) ?? [])
  return said.find(port => !isCalled(port) && (ports.length === 0 || ports.includes(port)))
}
