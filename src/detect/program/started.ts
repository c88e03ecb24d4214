import type { Ecosystem } from '../../core/modules/manifest.ts'
import type { ComposeService } from '../compose/service.ts'
import type { Seen } from '../detection.ts'
import type { Dockerfile } from '../docker/dockerfile.ts'
import type { RepoView } from '../repo.ts'
import { endOf } from './script.ts'
import { withoutWait } from './wait.ts'

/** What a service runs: entrypoint and command, of the Compose file where that says it, else of the Dockerfile; then what a script starts in the end. */
export function commandOf(
  service: ComposeService,
  dockerfile: Dockerfile | undefined,
  view: RepoView,
): Seen | undefined {
  const said = saidBy(service, dockerfile)
  const end = said && endOf(lastOf(said.value), service, dockerfile, view)
  return end ? { value: `${said.value}\n${end.value}`, source: end.source } : said
}

function saidBy(service: ComposeService, dockerfile: Dockerfile | undefined): Seen | undefined {
  if (service.command !== '') return { value: service.command, source: service.source('command') }
  if (dockerfile && dockerfile.command !== '')
    return { value: dockerfile.command, source: dockerfile.commandSource }
  return undefined
}

/** Servers that never come to what follows them. */
const STAYS =
  /^(redis-server|valkey-server|mongod|mysqld|mariadbd|(\S*\/)?docker-entrypoint\.sh [a-z]\w*)\b(?!.*--fork)/

/** The last of a chain of commands that is a program which stays. */
export function lastOf(command: string): string {
  const parts = command
    .replace(/["'`]/g, ' ')
    .split(/&&|;|\|\||\n|\s&\s/)
    .map(part => withoutWait(part))
    .filter(part => part !== '' && !/^(exit|wait|sleep|done|fi|true|tail)\b/.test(part))
  return parts.find(part => STAYS.test(part.replace(/^((ba)?sh -c|exec)\s+/, ''))) ?? parts.at(-1) ?? ''
}

/** Programs that start what is written in one language. */
const INTERPRETERS: readonly (readonly [program: RegExp, ecosystem: Ecosystem])[] = [
  [/^(node(js)?|npm|npx|pnpm|yarn|bun|tsx|ts-node(-dev)?|nodemon|pm2(-runtime|-docker)?|next)$/, 'npm'],
  [
    /^(python[\d.]*|uv|poetry|pipenv|gunicorn|uvicorn|daphne|hypercorn|granian|flask|fastapi|streamlit|uwsgi|waitress-serve|spark-submit)$/,
    'pypi',
  ],
  [/^(ruby|bundle|rails|puma|rackup|unicorn(_rails)?)$/, 'gem'],
  [/^php$/, 'composer'],
  [/^(java|mvnw?|gradlew?)$/, 'maven'],
  [/^dotnet$/, 'nuget'],
  [/^(mix|iex)$/, 'hex'],
  [/^cargo$/, 'cargo'],
  [/^go$/, 'go'],
]
/** What only stands before the program. */
const BEFORE =
  /^(exec|env|sh|bash|ash|-c|-e|-l|-ec|-lc|-x|--|tini|dumb-init|gosu|su-exec|dotenv|nohup|time|[A-Za-z_]\w*=.*)$/

/** The language of the program that one command starts. */
export function languageStarted(command: string): Ecosystem | undefined {
  const words = command.split(/\s+/)
  const program =
    words
      .find(word => !BEFORE.test(word.split('/').at(-1) ?? ''))
      ?.split('/')
      .at(-1) ?? ''
  return INTERPRETERS.find(([known]) => known.test(program))?.[1]
}
