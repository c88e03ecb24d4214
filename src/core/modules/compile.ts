import * as v from 'valibot'
import { parse, YAMLParseError } from 'yaml'
import { parseDashboard } from '../dashboards/spec.ts'
import { UserError } from '../errors.ts'
import type { Runtime } from '../render/requests.ts'
import { compileTemplate } from '../render/templates.ts'
import { RuntimeRow } from '../requests/runtime.ts'
import { annotateRules } from '../rules/annotate.ts'
import { completeTests } from '../rules/tests.ts'
import { type Manifest, ManifestSchema } from './manifest.ts'
import type { ModuleContent, ModuleSource, RuleSet } from './module.ts'
import { countRecorded } from './recorded.ts'
import { usedMetrics } from './used-metrics.ts'

/** The files of a module or of a rule set. */
export interface Folder {
  /** The text of a file, or undefined. */
  read(name: string): string | undefined
  /** How to name the file in an error. */
  path(name: string): string
}

/** Modules from their sources. Data only: nothing of a module is ever executed. */
export function compiledModules(ids: readonly string[], folder: (id: string) => Folder): ModuleSource {
  return {
    ids,
    manifest: id => compileManifest(id, folder(id)),
    content: id => compileContent(id, compileManifest(id, folder(id)), folder(id)),
  }
}

function compileManifest(id: string, folder: Folder): Manifest {
  const at = { file: folder.path('module.yaml') }
  const data: unknown = compiled(folder, 'module.yaml', text => parse(text))
  const result = v.safeParse(ManifestSchema, data)
  if (!result.success) {
    const [issue] = result.issues
    throw new UserError(`${v.getDotPath(issue) ?? 'the file'}: ${issue.message}`, {
      at,
      hint: 'docs/modules.md explains every key.',
    })
  }
  if (result.output.id !== id)
    throw new UserError(`The module in folder "${id}" calls itself "${result.output.id}".`, {
      at,
      hint: `write  id: ${id}  or rename the folder`,
    })
  return result.output
}

function compileContent(id: string, manifest: Manifest, folder: Folder): ModuleContent {
  const set = compileRuleSet(id, folder)
  const metrics = usedMetrics(manifest.keep, set)
  return {
    ...set,
    compose: compiled(folder, 'compose.yaml.hbs', compileTemplate),
    scrape: compiled(folder, 'scrape.yml.hbs', compileTemplate),
    metrics,
    recorded: countRecorded(folder.read('metrics.prom'), manifest.keeps, metrics),
  }
}

/** One of templates/runtimes. */
export function compileRuntime(name: string, folder: Folder): Runtime {
  return {
    row: v.parse(RuntimeRow, parse(folder.read('runtime.yaml') ?? '')),
    set: compileRuleSet(`${name}-runtime`, folder),
  }
}

export function compileRuleSet(id: string, folder: Folder): RuleSet {
  const rules = compiled(folder, 'rules.yml', text => annotateRules(text, id))
  return {
    id,
    rules,
    tests: compiled(folder, 'rules.test.yml', text =>
      completeTests(text, rules ?? '', [`../rules/${id}.yml`]),
    ),
    runbook: folder.read('runbook.md'),
    dashboard: compiled(folder, 'dashboard.yaml', text =>
      parseDashboard(text, folder.path('dashboard.yaml')),
    ),
  }
}

/** One file, compiled, where there is one. What is wrong with it is for the author of the module to mend. */
function compiled<T>(folder: Folder, name: string, compile: (text: string) => T): T | undefined {
  const text = folder.read(name)
  try {
    return text === undefined ? undefined : compile(text)
  } catch (error) {
    if (error instanceof UserError || !(error instanceof Error)) throw error
    const [at] = error instanceof YAMLParseError ? (error.linePos ?? []) : []
    const [first = ''] = error.message.trim().split('\n')
    throw new UserError(at ? first.replace(/ at line \d+, column \d+:?$/, '.') : first, {
      at: { file: folder.path(name), ...(at && { line: at.line, column: at.col }) },
      hint: 'docs/modules.md explains the files of a module',
    })
  }
}
