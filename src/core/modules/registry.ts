import { UserError } from '../errors.ts'
import { closest } from '../suggest.ts'
import { loadModule, type Module, type ModuleSource } from './module.ts'

/** The parts that every stack has, in the order in which they are rendered. */
export const STACK_PARTS = ['prometheus', 'alertmanager', 'grafana', 'cadvisor', 'node-exporter'] as const

/** All modules that this run can use, each loaded once, when it is first asked for. */
export class Registry {
  readonly #sources: readonly ModuleSource[]
  readonly #loaded = new Map<string, Module>()

  /** Later sources win: a user's own module replaces the built-in one of the same id. */
  constructor(sources: readonly ModuleSource[]) {
    this.#sources = sources
  }

  ids(): readonly string[] {
    return [...new Set(this.#sources.flatMap(source => source.ids()))].sort()
  }

  /** Kinds that a service in vigie.yaml can have: everything but the stack's own parts. */
  kinds(): readonly string[] {
    const parts: readonly string[] = STACK_PARTS
    return this.ids().filter(id => !parts.includes(id))
  }

  has(id: string): boolean {
    return this.#sources.some(source => source.ids().includes(id))
  }

  /** @throws UserError with the nearest kind when there is no such module */
  get(id: string): Module {
    const known = this.#loaded.get(id)
    if (known) return known
    const source = this.#sources.findLast(one => one.ids().includes(id))
    if (!source) {
      const near = closest(id, this.kinds())
      throw new UserError(`Unknown kind "${id}"${near ? ` — did you mean "${near}"?` : '.'}`, {
        hint: `vigie list --kinds   shows all ${this.kinds().length} kinds`,
      })
    }
    const module = loadModule(source, id)
    this.#loaded.set(id, module)
    return module
  }

  all(): readonly Module[] {
    return this.ids().map(id => this.get(id))
  }
}
