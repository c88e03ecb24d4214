import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { parseReceiverType } from '../core/alerts/receiver-type.ts'
import { compiledModules, compileRuleSet, compileRuntime, type Folder } from '../core/modules/compile.ts'
import type { ModuleSource, RuleSet } from '../core/modules/module.ts'
import { parseSeenRules } from '../core/modules/seen.ts'
import { compileTemplate } from '../core/render/templates.ts'
import type { StackTemplates } from '../core/render/tree.ts'
import type { Templates } from './built-templates.ts'

/** The modules in a folder, which has one folder a module. */
export function moduleFolder(folder: string, shownAs: string): ModuleSource {
  const ids = existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter(entry => entry.isDirectory() && existsSync(join(folder, entry.name, 'module.yaml')))
        .map(entry => entry.name)
        .sort()
    : []
  return compiledModules(ids, id => folderOf(join(folder, id), join(shownAs, id)))
}

/** Everything in templates/. */
export function compileTemplates(folder: string): Templates {
  return {
    get stack() {
      return compileStack(folder)
    },
    get receivers() {
      const files = readFolder(join(folder, 'receivers'), '.yaml')
      return Object.fromEntries(files.map(([name, text]) => [name, parseReceiverType(text)]))
    },
    get seen() {
      return parseSeenRules(readFileSync(join(folder, 'detect', 'seen.yaml'), 'utf8'))
    },
    modules: moduleFolder(join(folder, 'modules'), 'templates/modules'),
  }
}

function compileStack(folder: string): StackTemplates {
  const ruleSet = (id: string): RuleSet => compileRuleSet(id, folderOf(join(folder, id), `templates/${id}`))
  const files = readFolder(join(folder, 'stack'), '')
  const partials = readFolder(join(folder, 'partials'), '.hbs')
  return {
    files: Object.fromEntries(
      files.map(([path, text]) => [path, path.endsWith('.hbs') ? compileTemplate(text) : text]),
    ),
    partials: Object.fromEntries(partials.map(([name, text]) => [name, compileTemplate(text)])),
    runtimes: Object.fromEntries(
      readdirSync(join(folder, 'runtimes'))
        .sort()
        .map(name => [
          name,
          compileRuntime(name, folderOf(join(folder, 'runtimes', name), `templates/runtimes/${name}`)),
        ]),
    ),
    app: ruleSet('app'),
    slo: ruleSet('slo'),
    overview: ruleSet('overview'),
  }
}

function folderOf(folder: string, shownAs: string): Folder {
  return {
    read(name) {
      const file = join(folder, name)
      return existsSync(file) ? readFileSync(file, 'utf8') : undefined
    },
    path: name => join(shownAs, name),
  }
}

/** Name without the ending, and text, of every file that ends so, sorted. */
function readFolder(folder: string, ending: string): [string, string][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith(ending))
    .map(entry => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
    .map(path => [path.slice(0, path.length - ending.length), readFileSync(join(folder, path), 'utf8')])
}
