import type { Variable } from './variable.ts'

/** A name in scope: as first spelled, and what it stands for. */
export interface ScopeEntry {
  readonly name: string
  readonly variable: Variable
}

/** The names that an expression may use, in the order in which they came. Names are compared without regard to case. */
export class Scope {
  readonly #entries: Map<string, ScopeEntry>

  constructor(entries: Iterable<ScopeEntry> = []) {
    this.#entries = new Map()
    for (const entry of entries) this.add(entry.name, entry.variable)
  }

  /** @returns the variable of this name, or undefined. */
  find(name: string): Variable | undefined {
    return this.#entries.get(name.toLowerCase())?.variable
  }

  /** @returns the name as it was first spelled with its variable, or undefined. */
  entry(name: string): ScopeEntry | undefined {
    return this.#entries.get(name.toLowerCase())
  }

  /** Adds a name; an earlier meaning is hidden. */
  add(name: string, variable: Variable): void {
    this.#entries.set(name.toLowerCase(), { name, variable })
  }

  /** @returns a scope with the same names that can grow on its own. */
  copy(): Scope {
    return new Scope(this.#entries.values())
  }

  get entries(): readonly ScopeEntry[] {
    return [...this.#entries.values()]
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0
  }
}
