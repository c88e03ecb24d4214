import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import * as v from 'valibot'
import { delivering, type ReceiverTypes } from '../core/alerts/receiver-type.ts'
import { Folder } from '../core/config/values.ts'
import { configText, type NewConfig, type NewService } from '../core/config/write.ts'
import { CONFIG_FILE, DEFAULT_OUTPUT } from '../core/conventions.ts'
import { UserError } from '../core/errors.ts'
import { isExample, ofExample } from '../detect/compose/files.ts'
import type { DetectedService, Detection } from '../detect/detection.ts'
import { loadReceiverTypes } from '../io/templates.ts'
import { inquirerPrompter, type Prompter } from '../ui/prompter.ts'
import { applyWorkspace } from './apply.ts'
import { HEARTBEAT_SECRET } from './given-secret.ts'
import { asNew, detectionText, isSure, look } from './look.ts'
import { newConfig } from './new-config.ts'
import { reachesStack, readMakefile } from './own-makefile.ts'
import { readHeartbeat, readReceivers } from './receivers.ts'
import { recoverTree } from './recover.ts'
import type { Run } from './run.ts'
import type { OnConflict } from './settle.ts'
import { bare, setupText } from './setup-text.ts'
import { openWorkspace, proposedWorkspace } from './workspace.ts'

export interface InitOptions {
  readonly service: readonly string[]
  readonly alerts: readonly string[] | undefined
  readonly output: string | undefined
  readonly compose: string | undefined
  readonly attach: NewConfig['attach'] | undefined
  /** Undefined asks. */
  readonly heartbeat: boolean | undefined
  /** Undefined asks. */
  readonly cadvisor: boolean | undefined
  readonly onConflict: OnConflict
}

const CADVISOR =
  'Measure containers too? cAdvisor reads the Docker socket and the files of this machine for it'

/** `vigie init`: look, ask for the rest, show, write. */
export async function initCommand(run: Run, options: InitOptions): Promise<number> {
  recoverTree(run)
  if (existsSync(join(run.root, CONFIG_FILE)))
    throw new UserError('There is a vigie.yaml here already.', {
      hint: 'vigie generate   renders what it says; vigie add <kind>   adds a service',
    })
  const types = loadReceiverTypes()
  run.say(`Looking at ${run.root}\n`)
  const prompter = run.canAsk ? await inquirerPrompter() : undefined
  const found = await lookAndChoose(run, options, prompter)
  refuseExample(found, options)
  run.say(detectionText(found))
  requireAnswers(run, options, found)
  if (found.broken)
    throw new UserError(found.broken.message, {
      ...(found.broken.at ? { at: found.broken.at } : {}),
      hint: 'docker compose config -q   shows what Compose says of it',
    })
  const services = await chooseServices(run, found, options, prompter)
  const receivers = await readReceivers(run, types, await chooseAlerts(options, types, prompter), prompter)
  const heartbeat = await readHeartbeat(run, options.heartbeat, prompter)
  const cadvisor = options.cadvisor ?? (prompter ? await prompter.confirm(CADVISOR, true) : true)
  const output = asFolder(
    options.output ??
      (prompter
        ? await prompter.input('Write the stack into', DEFAULT_OUTPUT, folderRefusal)
        : DEFAULT_OUTPUT),
  )
  const text = configText(
    await newConfig(run, found, services, receivers, output, {
      attach: options.attach,
      heartbeat: heartbeat.wanted,
      cadvisor,
    }),
  )
  const code = await applyWorkspace(run, proposedWorkspace(run.root, text), {
    config: { text, why: 'what vigie watches' },
    onConflict: options.onConflict,
    secrets: new Map([
      ...receivers.secrets,
      ...(heartbeat.url === undefined ? [] : [[HEARTBEAT_SECRET.default, heartbeat.url] as const]),
    ]),
  })
  if (code === 1) run.say('  hint: --output observability   puts the stack beside what is there\n')
  if (code === 0 && !run.options.dryRun) {
    const chosen = found.services.filter(one => services.some(service => service.name === one.name))
    run.say(nextSteps(run, found) + setupText(output, bare(chosen)))
  }
  return code
}

/** As the shell completes it, `./monitoring/`, and as vigie.yaml has it. */
const asFolder = (typed: string): string => posix.normalize(typed).replace(/(?<=.)\/$/, '')

/** Why the stack cannot be written there. */
function folderRefusal(typed: string): string | undefined {
  const { issues } = v.safeParse(Folder, asFolder(typed))
  return issues && `It ${issues[0].message}.`
}

/** Nothing is started from an example, and what vigie writes into it others would copy. */
function refuseExample({ composeFile = '' }: Detection, options: InitOptions): void {
  if (options.compose !== undefined || !isExample(composeFile)) return
  throw new UserError('It is only an example of a Compose file.', {
    at: { file: composeFile },
    hint: `cp ${composeFile} ${ofExample(composeFile)}   makes one; --compose ${composeFile}   takes it as it is`,
  })
}

/** Where several Compose files could be meant, somebody who is there says which. */
async function lookAndChoose(
  run: Run,
  options: InitOptions,
  prompter: Prompter | undefined,
): Promise<Detection> {
  const found = look(run, options.compose)
  if (options.compose !== undefined || prompter === undefined || found.composeFiles.length < 2) return found
  const choices = found.composeFiles.map(file => ({ name: file, value: file }))
  const file = await prompter.select('Which Compose file starts the app?', choices)
  return file === found.composeFile ? { ...found, rivals: [] } : look(run, file)
}

/** Without a terminal nothing is guessed: --yes takes what was seen, or flags say it. */
function requireAnswers(run: Run, options: InitOptions, found: Detection): void {
  if (run.canAsk || run.options.yes || (options.service.length > 0 && options.alerts !== undefined)) return
  const example = found.services.map(service => ` --service ${service.name}`).join('')
  throw new UserError('Questions cannot be asked here: this is no terminal.', {
    hint: `vigie init --yes   or   vigie init${example} --alerts none`,
  })
}

async function chooseServices(
  run: Run,
  found: Detection,
  options: InitOptions,
  prompter: Prompter | undefined,
): Promise<NewService[]> {
  if (options.service.length > 0) return options.service.map(given => serviceFromFlag(given, found))
  if (prompter === undefined || found.services.length === 0) {
    run.say(leftOutText(found.services.filter(one => !isSure(one))))
    return found.services.filter(isSure).map(asNew)
  }
  const choices = found.services.map(one => ({
    name: `${one.name}  ${one.kind}  (${one.evidence.map(e => e.what).join(', ')})`,
    value: one.name,
    checked: isSure(one),
  }))
  const names = await prompter.checkbox('Watch which services?', choices)
  return found.services.filter(one => names.includes(one.name)).map(asNew)
}

/** What nobody was asked about, and how to have it all the same. */
function leftOutText(services: readonly DetectedService[]): string {
  const [first] = services
  if (first === undefined) return ''
  const names = services.map(one => one.name).join(', ')
  return `Left out as mere guesses, and under  ignore:  in ${CONFIG_FILE}: ${names}\n  hint: vigie add ${first.kind} ${first.name}   watches it\n`
}

/** `db` takes what was detected; `db=postgres@db:5432` says it all. */
function serviceFromFlag(given: string, found: Detection): NewService {
  const [name = '', rest] = given.split('=')
  const seen = found.services.find(one => one.name === name)
  if (rest === undefined) {
    if (seen) return asNew(seen)
    throw new UserError(`No service "${name}" was detected.`, {
      hint: `--service ${name}=kind@host:port   says what it is`,
    })
  }
  const [kind = '', address = `${name}`] = rest.split('@')
  return {
    name,
    kind,
    address,
    networks: seen?.networks ?? [],
    replicas: 1,
    credentials: seen?.credentials ?? {},
    settings: {},
  }
}

async function chooseAlerts(
  options: InitOptions,
  types: ReceiverTypes,
  prompter: Prompter | undefined,
): Promise<readonly string[]> {
  if (options.alerts?.length === 0)
    throw new UserError('--alerts names nobody.', {
      hint: '--alerts none   says that nobody is told yet; --alerts slack,email   who is',
    })
  if (options.alerts !== undefined) return options.alerts.filter(type => type !== 'none')
  if (prompter === undefined) return []
  return prompter.checkbox(
    'Where do alerts go? (none: nowhere yet)',
    delivering(types).map(([value, type]) => ({ name: type.title, value })),
  )
}

function nextSteps(run: Run, found: Detection): string {
  const { stack } = openWorkspace(run.root)
  const make = reachesStack(readMakefile(run), stack.config.output) ? 'make up ' : 'vigie up'
  return [
    `\n  Next   ${make}           starts everything`,
    `         Grafana            http://localhost:${stack.ports.grafana}   (user admin, password in ${stack.config.output}/secrets/grafana_admin_password)`,
    `         git add .          commit ${stack.config.output}/.vigie too: it is how your edits are kept`,
    ...found.skipped
      .filter(one => one.part !== undefined)
      .map(one => `  Note   ${one.name}: ${one.reason.replace(/^[^:]*:\s/, '')}`),
    '',
  ].join('\n')
}
