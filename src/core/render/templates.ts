import Handlebars from 'handlebars'
import { stringify } from 'yaml'
import { yamlScalar } from './scalar.ts'

export type Context = Readonly<Record<string, unknown>>

/** Renders Handlebars text; values enter through `{{yaml …}}`, `{{json …}}`, `{{block …}}` and `{{variable …}}` (a Compose variable) only. */
export interface TemplateEngine {
  render(template: string, context: Context): string
}

const KNOWN_HELPERS = { yaml: true, json: true, block: true, variable: true }

/**
 * @param partials texts of the shared pieces by name
 * @param escapeDollar Compose reads `$` as a variable: values of Compose files have it doubled
 */
export function templateEngine(
  partials: Readonly<Record<string, string>>,
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
  for (const [name, text] of Object.entries(partials)) engine.registerPartial(name, text)
  const compiled = new Map<string, Handlebars.TemplateDelegate>()
  return {
    render(template, context) {
      let run = compiled.get(template)
      if (!run) {
        run = engine.compile(template, {
          noEscape: true,
          strict: true,
          knownHelpers: KNOWN_HELPERS,
          knownHelpersOnly: true,
        })
        compiled.set(template, run)
      }
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
