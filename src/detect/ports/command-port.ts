import { interpolate } from '../env.ts'
import type { Facts } from '../facts.ts'
import type { Project } from '../manifests/projects.ts'
import { finalCommand } from '../program/command.ts'
import { portOf } from './port.ts'

const FLAG =
  /(?:(?<!\w)--?(?:server[.-])?(?:http[.-])?port[= ]+|\s-p[= ]?|--(?:bind|listen|host|address|urls|http)[= ]+\S*:|\s-b[= ]?\S*:|runserver[_plus]* \S*:|runserver[_plus]* |-D(?:server|quarkus\.http)\.port=|-l tcp:\S*:|\s-S[= ]+\S*:|\s(?:SERVER_)?PORT=)(\d{2,5})\b/
/** What servers listen on that are told nothing. */
const SERVERS: readonly (readonly [word: RegExp, port: number])[] = [
  [
    /\b(gunicorn|uvicorn|daphne|hypercorn|granian|fastapi (run|dev)|artisan serve|artisan octane|manage\.py runserver)\b/,
    8000,
  ],
  [/\bflask\b.*\brun\b/, 5000],
  [/\b(waitress-serve)\b/, 8080],
  [/\b(rails (s|server)|next (start|dev)|nuxt (start|dev|preview)|bin\/thrust)\b/, 3000],
  [/\bstreamlit run\b/, 8501],
  [/\b(rackup|puma)\b/, 9292],
  [/\b(apache2|httpd)-foreground\b/, 80],
]
/** The port of the server that a command starts without saying one. */
export const serverPort = (facts: Facts, project: Project | undefined): number | undefined =>
  SERVERS.find(([word]) => word.test(finalCommand(facts, project)))?.[1]

/** Where a debugger listens that starts the program. */
const DEBUGGER = /\bdebugpy\s+(?:--[\w-]+\s+)*--listen[= ]\S+|-agentlib:\S+|--inspect(?:-brk)?=\S+/g

/** The port that a flag of the command names, with variables filled in. */
export function fromFlag(facts: Facts, project: Project | undefined): number | undefined {
  const command = interpolate(finalCommand(facts, project), facts.environment).replace(DEBUGGER, '')
  return portOf(FLAG.exec(` ${command}`)?.[1])
}

/** Whether the command starts a server, or says on which port it answers. */
export const servesByCommand = (facts: Facts, project: Project | undefined): boolean =>
  fromFlag(facts, project) !== undefined || serverPort(facts, project) !== undefined
