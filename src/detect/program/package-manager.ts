/** `npm start`, and of which package of a workspace. */
export interface Task {
  readonly script: string
  /** The name or the folder of the package: `@shop/api` of `pnpm --filter @shop/api start`. */
  readonly workspace: string | undefined
  /** Nx knows it by its project.json. */
  readonly isNx?: boolean
}

const RUNNER = /^(npm|pnpm|yarn|bun|turbo)$/
/** Options, and what Yarn says instead, that name a package of a workspace. */
const WHERE = /^(--filter|-F|--workspace|-w|--prefix|--cwd|-C|--dir|workspace)$/
/** Words between a package manager and the name of the script. */
const RUNS = /^(run|run-script|exec)$/

const NX = /^(\S*\/)?nx(\.js)?$/

/** `nx serve api` and `nx run api:serve`. */
function ofNx([verb = '', name = '']: readonly string[]): Task | undefined {
  const [workspace = '', target] = name.split(':')
  const script = verb === 'run' ? target : verb
  return workspace === '' || script === undefined ? undefined : { script, workspace, isNx: true }
}

/** The first task that a package manager is told to run in a command. */
export function taskIn(command: string): Task | undefined {
  const words = command.split(/\s+/)
  const nx = words.findIndex(word => NX.test(word))
  if (nx >= 0) return ofNx(words.slice(nx + 1).filter(word => !word.startsWith('-')))
  const runner = words.findIndex(word => RUNNER.test(word))
  if (runner < 0) return undefined
  let workspace: string | undefined
  let script: string | undefined
  for (let at = runner + 1; at < words.length; at++) {
    const word = words[at] ?? ''
    const [option = '', value] = word.split('=', 2)
    // `-w` of pnpm is a switch: the root of the workspace.
    if (WHERE.test(option) && !(option === '-w' && words[runner] === 'pnpm'))
      workspace ??= value || words[++at]
    else if (script === undefined && /^[\w:.-]+$/.test(word) && !word.startsWith('-') && !RUNS.test(word))
      script = word
  }
  return script === undefined ? undefined : { script, workspace: workspace?.replace(/^(\.\/)+|\.\.\.$/g, '') }
}
