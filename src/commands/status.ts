import { type Finding, LINKS, type Verdict } from '../core/doctor/finding.ts'
import { publicUrl } from '../core/render/context.ts'
import { pagesOf } from '../core/stack.ts'
import { findingsText } from '../ui/findings.ts'
import { diagnose } from './diagnose.ts'
import type { Run } from './run.ts'
import { urls } from './up.ts'
import { openWorkspace } from './workspace.ts'

/** From bad to good. */
const RANK: readonly Verdict[] = ['fail', 'warn', 'unseen', 'ok']

/** `vigie status`: `vigie doctor` on one screen, a line a link. @returns 0 when no link is broken, else 1 */
export async function statusCommand(run: Run): Promise<number> {
  const workspace = openWorkspace(run.root)
  const findings = await diagnose(run, workspace)
  const links = LINKS.flatMap(link => lineOf(findings.filter(one => one.link === link)))
  const broken = links.some(one => one.verdict === 'fail')
  if (run.options.json) {
    const { stack } = workspace
    const urls = Object.fromEntries(pagesOf(stack).map(part => [part, publicUrl(stack, part)]))
    run.print(`${JSON.stringify({ schema: 1, ok: !broken, links, urls }, null, 2)}\n`)
  } else {
    run.print(`${findingsText(links, run.colours.out)}\n${urls(workspace)}`)
    if (broken) run.say('  hint: vigie doctor   says what to do\n')
  }
  return broken ? 1 : 0
}

/** The worst that is said of a link, and how much more there is. */
function lineOf(findings: readonly Finding[]): Finding[] {
  const verdict = RANK.find(one => findings.some(finding => finding.verdict === one))
  const [first, ...more] = findings.filter(one => one.verdict === verdict)
  if (!first) return []
  const fact = more.length > 0 && verdict !== 'ok' ? `${first.fact} (and ${more.length} more)` : first.fact
  return [{ link: first.link, verdict: first.verdict, fact }]
}
