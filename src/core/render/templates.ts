import Handlebars from 'handlebars'
import { stringify } from 'yaml'
import { yamlScalar } from './scalar.ts'

export type Context = Readonly<Record<string, unknown>>

/** What Handlebars makes of a template: JavaScript, as text, so that it can be kept. Made of templates only, never of values. */
export type CompiledTemplate = string

/** Renders templates; values enter through `{{yaml …}}`, `{{json …}}`, `{{block …}}` and `{{variable …}}` (a Compose variable) only. */
export interface TemplateEngine {
  render(template: CompiledTemplate, context: Context): string
}

/** Strict: a template that names what is not there fails. */
export function compileTemplate(text: string): CompiledTemplate {
  return String(
    Handlebars.precompile(text, {
      noEscape: true,
      strict: true,
      knownHelpers: { yaml: true, json: true, block: true, variable: true },
      knownHelpersOnly: true,
    }),
  )
}

/**
 * @param partials the shared pieces by name
 * @param escapeDollar Compose reads `$` as a variable: values of Compose files have it doubled
 */
export function templateEngine(
  partials: Readonly<Record<string, CompiledTemplate>>,
  escapeDollar: boolean,
): TemplateEngine {
  const engine = Handlebars.create()
  const forCompose = (text: string): string => (escapeDollar ? text.replaceAll('$', '$$$$') : text)
  engine.registerHelper('yaml', (...args: unknown[]) => forCompose(yamlScalar(joined(args.slice(0, -1)))))
  engine.registerHelper('variable', (name: unknown) => `"\${${String(name)}}"`)
  engine.registerHelper('json', (value: unknown) => JSON.stringify(value))
  engine.registerHelper('block', (value: unknown, options: Handlebars.HelperOptions) =>
    indent(stringify(value, { lineWidth: 0 }).trimEnd(), Number(options.hash.indent ?? 0)),
  )
  const load = (template: CompiledTemplate): Handlebars.TemplateDelegate =>
    engine.template(new Function(`return ${template}`)())
  for (const [name, template] of Object.entries(partials)) engine.registerPartial(name, load(template))
  const loaded = new Map<CompiledTemplate, Handlebars.TemplateDelegate>()
  return {
    render(template, context) {
      const run = loaded.get(template) ?? load(template)
      loaded.set(template, run)
      return run(context)
    },
  }
}

const joined = (parts: readonly unknown[]): unknown =>
  parts.length === 1 ? parts[0] : parts.map(partText).join('')

function partText(part: unknown): string {
  if (part === undefined || part === null) throw new Error('a template asked for a value that is not set')
  return String(part)
}

/** Indents every line that is not empty by a number of spaces. */
export function indent(text: string, spaces: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(spaces))
}
