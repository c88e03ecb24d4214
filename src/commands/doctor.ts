import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { type Finding, type Fix, plural } from '../core/doctor/finding.ts'
import { UserError } from '../core/errors.ts'
import { closest } from '../core/suggest.ts'
import { findingsText } from '../ui/findings.ts'
import { inquirerPrompter } from '../ui/prompter.ts'
import { aboutService, diagnose } from './diagnose.ts'
import type { Run } from './run.ts'
import { openWorkspace, type Workspace } from './workspace.ts'

export interface DoctorOptions {
  readonly service: string | undefined
  readonly fix: boolean
}

/** `vigie doctor`: the chain, link by link. @returns 0 when no link is broken, else 1 */
export async function doctorCommand(run: Run, options: DoctorOptions): Promise<number> {
  const workspace = openWorkspace(run.root)
  const names = options.service === undefined ? undefined : namesOf(workspace, options.service)
  run.say('Looking at every link of the chain.\n')
  let findings = await diagnose(run, workspace)
  if (options.fix && (await fix(run, workspace, findings)))
    findings = await diagnose(run, openWorkspace(run.root))
  const shown = names === undefined ? findings : oneChain(findings, names, options.service ?? '')
  const failed = shown.filter(one => one.verdict === 'fail').length
  if (run.options.json)
    run.print(`${JSON.stringify({ schema: 1, ok: failed === 0, findings: shown }, null, 2)}\n`)
  else run.print(`${findingsText(shown, run.colours.out)}${summary(shown)}`)
  return failed === 0 ? 0 : 1
}

/** A service and what stands behind its name. */
function namesOf(workspace: Workspace, service: string): string[] {
  const { targets } = workspace.stack
  const target = targets.find(one => one.name === service)
  if (target) return [target.name, target.container ?? target.name, target.exporter?.name ?? target.name]
  const near = closest(
    service,
    targets.map(one => one.name),
  )
  throw new UserError(`There is no service "${service}"${near ? ` — did you mean "${near}"?` : '.'}`, {
    hint: 'vigie list   shows them',
  })
}

/** What is said of the service, and of the links before it that keep it from being seen. */
function oneChain(findings: readonly Finding[], names: readonly string[], service: string): Finding[] {
  const own = aboutService(findings, names)
  const shared = findings.filter(
    one =>
      (one.about === undefined || one.about === SEER) && one.verdict !== 'ok' && EARLIER.includes(one.link),
  )
  const all = findings.filter(one => own.includes(one) || shared.includes(one))
  if (all.some(one => one.verdict !== 'ok')) return all
  return [
    ...all,
    {
      link: 'series',
      about: service,
      verdict: 'ok',
      fact: `${service} runs, is scraped, and gives what its panels need.`,
    },
  ]
}

/** Without it, nothing can be said of any service. */
const SEER = 'prometheus'
const EARLIER: readonly Finding['link'][] = ['engine', 'files', 'config', 'containers', 'targets', 'series']

function summary(findings: readonly Finding[]): string {
  const count = (verdict: Finding['verdict']): number =>
    findings.filter(one => one.verdict === verdict).length
  const [failed, warned, unseen] = [count('fail'), count('warn'), count('unseen')]
  if (failed + warned + unseen === 0) return 'The chain holds.\n'
  const parts = [
    plural(failed, 'failure'),
    plural(warned, 'warning'),
    ...(unseen > 0 ? [`${unseen} not looked at`] : []),
  ]
  const fixable = findings.some(one => one.verdict === 'fail' && one.fix !== undefined)
  return `${parts.join(', ')}.${fixable ? '  vigie doctor --fix   mends what is safe to mend.' : ''}\n`
}

const FIXES: Readonly<Record<Fix, string>> = {
  'secret-modes': 'make the secrets readable in containers (0644, in a folder only you can open)',
  generate: 'bring the files to what vigie.yaml says',
  up: 'start what does not run',
  reload: 'make Prometheus and Alertmanager load their files',
}
/** Files before containers, containers before what runs in them. */
const ORDER: readonly Fix[] = ['secret-modes', 'generate', 'up', 'reload']

/** Mends, each after asking; --yes agrees to all. @returns whether anything was done */
async function fix(run: Run, workspace: Workspace, findings: readonly Finding[]): Promise<boolean> {
  const wanted = ORDER.filter(name => findings.some(one => one.verdict === 'fail' && one.fix === name))
  let done = false
  for (const name of wanted) {
    if (!(await agreed(run, name))) continue
    await mend(run, workspace, name)
    done = true
  }
  if (wanted.length === 0) run.say('Nothing of this can be mended safely by a program.\n')
  return done
}

async function agreed(run: Run, name: Fix): Promise<boolean> {
  if (run.options.dryRun) run.say(`Would ${FIXES[name]}.\n`)
  if (run.options.dryRun || run.options.yes) return !run.options.dryRun
  if (!run.canAsk)
    throw new UserError(`Nobody can be asked here whether to ${FIXES[name]}.`, {
      hint: 'vigie doctor --fix --yes   agrees',
    })
  return (await inquirerPrompter()).confirm(
    `${FIXES[name].charAt(0).toUpperCase()}${FIXES[name].slice(1)}?`,
    true,
  )
}

async function mend(run: Run, workspace: Workspace, name: Fix): Promise<void> {
  switch (name) {
    case 'secret-modes':
      for (const { file } of workspace.stack.secrets)
        chmodSync(join(run.root, workspace.stack.config.output, 'secrets', file), 0o644)
      return
    case 'generate': {
      const { generateCommand } = await import('./generate.ts')
      await generateCommand(
        { ...run, print: run.say },
        { onConflict: undefined, upgrade: false, apply: false },
      )
      return
    }
    case 'up': {
      const { upCommand } = await import('./up.ts')
      await upCommand({ ...run, options: { ...run.options, json: false }, print: run.say })
      return
    }
    case 'reload': {
      const { rollOut } = await import('./rollout.ts')
      await rollOut(run, workspace, [])
    }
  }
}
