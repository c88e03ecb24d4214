import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { editAction, type FileAction } from '../core/action.ts'
import { type Base, baseOf, basePath, STATE_DIR, STATE_FILE, STATE_NOTES } from '../core/base.ts'
import { CONFIG_FILE, GIT_ATTRIBUTES, MAKE_TARGETS } from '../core/conventions.ts'
import { ejectActions, withoutVigie } from '../core/eject.ts'
import { Interrupted, UserError } from '../core/errors.ts'
import { removeFromMakefile } from '../core/makefile.ts'
import { sameText } from '../core/merge/eol.ts'
import { fileOperations, type Operation } from '../core/operations.ts'
import { hasAlertmanager } from '../core/stack.ts'
import { strategyOf } from '../core/tree.ts'
import { inStack } from '../io/files.ts'
import { isInHead } from '../io/git.ts'
import { OWN_MODULES } from '../io/templates.ts'
import { VERSION } from '../io/version.ts'
import { planText } from '../ui/plan.ts'
import { planJson } from '../ui/plan-json.ts'
import { inquirerPrompter } from '../ui/prompter.ts'
import { carryOut } from './carry-out.ts'
import { readMakefile } from './own-makefile.ts'
import { readTree, type Tree } from './plan.ts'
import { recoverTree } from './recover.ts'
import { type Run, readOwn } from './run.ts'
import { composeFiles } from './up.ts'
import { openWorkspace, type Workspace } from './workspace.ts'

/** `vigie eject`: vigie's memory and remarks go; the stack stays as plain Compose, with every edit, secret and volume. */
export async function ejectCommand(run: Run): Promise<number> {
  recoverTree(run)
  const workspace = openWorkspace(run.root)
  const { output } = workspace.stack.config
  const tree = readTree(run, workspace)
  const actions = allActions(run, output, tree)
  const memory = memoryOf(run, output, tree)
  const plan = { files: actions }
  if (run.options.json) run.print(planJson(plan, VERSION))
  else run.say(planText(plan, output, false))
  run.say(`  - ${inStack(output, STATE_DIR)}/   ${memory.length} files   what vigie remembers\n`)
  if (run.options.dryRun) {
    run.say('Dry run: nothing was written.\n')
    return 0
  }
  await confirm(run)
  const operations = actions.flatMap(action => fileOperations(action, path => inStack(output, path)))
  await carryOut(run, output, [...operations, ...memory])
  run.say(farewell(run, workspace))
  return 0
}

async function confirm(run: Run): Promise<void> {
  if (run.options.yes) return
  if (!run.canAsk)
    throw new UserError('Questions cannot be asked here: this is no terminal.', { hint: 'vigie eject --yes' })
  const prompter = await inquirerPrompter()
  if (!(await prompter.confirm('Leave vigie, and keep the stack as plain Compose?', false)))
    throw new Interrupted()
}

function allActions(run: Run, output: string, tree: Tree): FileAction[] {
  const { disk, next } = tree
  const place = (path: string): string => inStack(output, path)
  const stack = ejectActions(remembered(tree), disk, [MAKE_TARGETS, GIT_ATTRIBUTES], place)
  const seeds = next.flatMap(({ path, text, ownership }) => {
    const there = disk.get(path)
    if (ownership !== 'seed' || there === undefined) return []
    const after = withoutVigie(path, there, text)
    return [editAction(place(path), strategyOf(path), there, after, 'without vigie’s remarks')]
  })
  const config = editAction(CONFIG_FILE, 'yaml', readOwn(run, CONFIG_FILE), undefined, 'what vigie watched')
  const targetsGo =
    !disk.has(MAKE_TARGETS) ||
    stack.some(({ path, disk: { do: verb } }) => path === place(MAKE_TARGETS) && verb === 'delete')
  const makefile = targetsGo ? makefileActions(run, place(MAKE_TARGETS)) : []
  const actions = [{ ...config, precious: true }, ...makefile, ...stack, ...seeds]
  return actions.filter(action => action.kind !== 'none')
}

/** Where its memory was deleted, a file that is as vigie would write it is still known to be vigie's. */
function remembered({ base, disk, next }: Tree): Map<string, Base> {
  const alike = next.filter(
    ({ path, text, ownership }) => ownership === 'generated' && sameText(disk.get(path) ?? '', text),
  )
  return new Map([...alike.map(({ path, text }) => [path, baseOf(path, text)] as const), ...base])
}

/** A Makefile that only vigie's line stood in goes with it. */
function makefileActions(run: Run, included: string): FileAction[] {
  const { path, text } = readMakefile(run)
  if (text === undefined) return []
  const left = removeFromMakefile(text, included)
  const after = left.trim() === '' && left !== text ? undefined : left
  return [editAction(path, 'lines', text, after, `without  include ${included}`)]
}

/** The trash stays while there is something in it, and git goes on ignoring it. */
function memoryOf(run: Run, output: string, { base }: Tree): Operation[] {
  const config = readOwn(run, CONFIG_FILE) ?? ''
  const trash = join(run.root, inStack(output, `${STATE_DIR}/trash`))
  const keepsTrash = existsSync(trash) || !isInHead(run.root)(CONFIG_FILE, Buffer.from(config))
  const notes = STATE_NOTES.map(note => note.path).filter(path => !keepsTrash || !path.endsWith('.gitignore'))
  const paths = [...[...base.keys()].map(basePath), STATE_FILE, ...notes]
  return paths.map(path => ({ path: inStack(output, path), text: null }))
}

/** The make targets go with vigie; what README and runbooks say of them is still to be had. */
function reloads(workspace: Workspace): string[] {
  const parts = hasAlertmanager(workspace.stack) ? ['prometheus', 'alertmanager'] : ['prometheus']
  const compose = ['docker compose', ...composeFiles(workspace), 'exec'].join(' ')
  return parts.map(part => `${compose} ${part} sh /etc/${part}/reload.sh`)
}

function farewell(run: Run, workspace: Workspace): string {
  const { stack } = workspace
  const { output } = stack.config
  const folder = `${output}/secrets`
  const trash = inStack(output, `${STATE_DIR}/trash`)
  const lines = [
    `${output}/ is a plain Compose stack now.`,
    `  Start    docker compose ${[...composeFiles(workspace), 'up', '-d'].join(' ')}`,
    `  Reload   ${reloads(workspace).join(' ; ')}   is what  make reload  did.`,
    `  Kept     your edits, ${folder}/, all containers and volumes. Names such as vigie_prometheus stay: your data hangs on them.`,
    `  To do    git does not have ${folder}/: a fresh clone needs ${stack.secrets.map(secret => secret.file).join(', ')} there.`,
    `           Where a README, a runbook or an alert speaks of vigie.yaml, the setting is in the files of ${output}/ now.`,
    ...(existsSync(join(run.root, trash))
      ? [`           ${trash}/ keeps what you had; delete it when you no longer need it.`]
      : []),
    ...(existsSync(join(run.root, OWN_MODULES))
      ? [`           ${OWN_MODULES}/ is yours and was left; nothing reads it any more.`]
      : []),
  ]
  return `${lines.join('\n')}\n`
}
