import type { Module } from '../../core/modules/module.ts'
import type { Seen } from '../detection.ts'
import type { Facts } from '../facts.ts'
import { lineAt } from '../manifests/dependency.ts'
import type { Project } from '../manifests/projects.ts'
import { writtenIn } from '../ports/listening.ts'
import { mayAnswer, portOf } from '../ports/port.ts'
import type { RepoView } from '../repo.ts'
import { codeOfProject } from './files.ts'

/** What a worker is told of where its page of metrics is: `METRICS_PORT=9100`, `PROMETHEUS_ADDR=:9100`. */
const TOLD = /^(METRICS|PROMETHEUS|PROM|EXPORTER)_(HTTP_|SERVER_)?(PORT|ADDR|ADDRESS|LISTEN|BIND)$/

/**
 * The port on which the program of a worker shows its metrics, where it opens a page for them itself: by a variable, by what it calls, by
 * what its image exposes, or by what its code listens on. Undefined where it opens none, no port is said, or the program is not told from others of its project.
 */
export function metricsPage(
  project: Project | undefined,
  facts: Facts,
  modules: readonly Module[],
  view: RepoView,
): Seen<number> | undefined {
  const { ecosystem } = project ?? {}
  if (project === undefined || ecosystem === undefined) return undefined
  const words = modules.flatMap(one => one.manifest.evidence.pages[ecosystem] ?? [])
  if (words.length === 0 || !(ecosystem === 'go' || project.isFollowed)) return undefined
  const code = codeOfProject(project, ecosystem) ?? []
  for (const path of code) {
    const text = view.read(path) ?? ''
    const found = words.map(word => new RegExp(word).exec(text)).find(one => one !== null)
    if (!found) continue
    const port =
      told(facts) ??
      portOf(found[1]) ??
      (ecosystem === 'go' ? undefined : exposed(facts, code, view)) ??
      writtenIn(code, view)?.value
    if (port === undefined || !mayAnswer(port)) return undefined
    return { value: port, source: `${path}:${lineAt(text, found.index)}` }
  }
  return undefined
}

/**
 * The port that its image exposes, if the file it starts from leads to one that names it: other programs of the same image have theirs. A
 * package of Go holds more than what one program calls.
 */
const exposed = (facts: Facts, code: readonly string[], view: RepoView): number | undefined =>
  facts.exposed.find(({ value }) => code.some(path => (view.read(path) ?? '').includes(String(value))))?.value

function told({ environment }: Facts): number | undefined {
  const said = [...environment].filter(([name]) => TOLD.test(name))
  return said.flatMap(([, value]) => portOf(/(\d{2,5})$/.exec(value)?.[1]) ?? [])[0]
}
