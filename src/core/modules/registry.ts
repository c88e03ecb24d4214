import type { Config } from '../config/schema.ts'
import { UserError } from '../errors.ts'
import { closest } from '../suggest.ts'
import { loadModule, type Module, type ModuleSource } from './module.ts'

/** The parts that a stack has, in the order in which they are rendered. */
export const STACK_PARTS = ['prometheus', 'alertmanager', 'grafana', 'cadvisor', 'node-exporter'] as const

/** Where Grafana evaluates and sends alerts, there is no Alertmanager; cAdvisor is there unless the user said no. */
export function stackParts({ alerts, stack }: Config): readonly string[] {
  const without = [
    ...(alerts.engine === 'grafana' ? ['alertmanager'] : []),
    ...(stack.cadvisor.enabled ? [] : ['cadvisor']),
  ]
  return STACK_PARTS.filter(part => !without.includes(part))
}

/** The part that looks at what `probes:` lists; only there when something is listed. */
export const PROBE_PART = 'blackbox'

/** All modules that this run can use, each loaded once, when it is first asked for. */
export class Registry {
  readonly #sources: readonly ModuleSource[]
  readonly #loaded = new Map<string, Module>()

  /** Later sources win: a user's own module replaces the built-in one of the same id. */
  constructor(sources: readonly ModuleSource[]) {
    this.#sources = sources
  }

  ids(): readonly string[] {
    return [...new Set(this.#sources.flatMap(source => source.ids))].sort()
  }

  /** Kinds that a service in vigie.yaml can have: everything but the stack's own parts. */
  kinds(): readonly string[] {
    const parts: readonly string[] = [...STACK_PARTS, PROBE_PART]
    return this.ids().filter(id => !parts.includes(id))
  }

  has(id: string): boolean {
    return this.#sources.some(source => source.ids.includes(id))
  }

  /**
   * The module of what a service may be; an alias will do.
   * @throws UserError for a part of the stack and for what nothing is called
   */
  kind(id: string): Module {
    if (id === PROBE_PART)
      throw new UserError(`${id} looks at what \`probes:\` lists, and is no service.`, {
        hint: 'Write  probes: { site: { http: "https://example.com/" } }  into vigie.yaml.',
      })
    if (STACK_PARTS.some(part => part === id))
      throw new UserError(`${id} is part of every stack and needs no entry.`, {
        hint: `settings of ${id} stand below  stack:  in vigie.yaml`,
      })
    return this.get(id)
  }

  /**
   * The module of an id or of an alias; an id comes first.
   * @throws UserError with the nearest kind when there is no such module
   */
  get(id: string): Module {
    const known = this.#loaded.get(id)
    if (known) return known
    const source = this.#sources.findLast(one => one.ids.includes(id))
    const module = source ? loadModule(source, id) : this.#byAlias(id)
    this.#loaded.set(id, module)
    return module
  }

  /** Reads every module, which only a name that is no id costs. */
  #byAlias(alias: string): Module {
    const kinds = this.kinds().map(id => this.get(id))
    const module = kinds.find(kind => kind.manifest.aliases.includes(alias))
    if (module) return module
    const near = closest(
      alias,
      kinds.flatMap(kind => [kind.id, ...kind.manifest.aliases]),
    )
    throw new UserError(`Unknown kind "${alias}"${near ? ` — did you mean "${near}"?` : '.'}`, {
      hint: `vigie list --kinds   shows all ${kinds.length} kinds`,
    })
  }

  all(): readonly Module[] {
    return this.ids().map(id => this.get(id))
  }
}
