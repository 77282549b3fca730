import { Block } from './block.ts'

/** A place that generated code can leave early: a whole pipeline, or a loop nest inside of a function. */
export interface Region {
  /** Above 0; a function that was left for the sake of a region returns this number. */
  readonly id: number
  /** Function and label where the region's loops are; null: the whole pipeline. */
  readonly fn: FunctionText | null
  readonly label: string
}

/**
 * One generated function under way. Constants come out of the bindings table `B` in its prologue; registers (numbers that outlive
 * a call) are loaded there and stored back in its epilogue, so that loops work on local variables.
 */
export class FunctionText {
  readonly name: string
  readonly parameters: readonly string[]
  readonly prologue = new Block()
  readonly body = new Block()
  /** Regions that code of this function leaves by returning. */
  readonly exits = new Set<Region>()
  readonly #bindings = new Set<number>()
  readonly #registers = new Set<number>()

  constructor(name: string, parameters: readonly string[]) {
    this.name = name
    this.parameters = parameters
  }

  /** @returns the local name of a binding. */
  binding(index: number): string {
    const name = `c${index}`
    if (!this.#bindings.has(index)) {
      this.#bindings.add(index)
      this.prologue.line(`const ${name} = B[${index}]`)
    }
    return name
  }

  /** @returns the local variable of a register. */
  register(index: number): string {
    const name = `q${index}`
    if (!this.#registers.has(index)) {
      this.#registers.add(index)
      this.prologue.line(`let ${name} = ${this.binding(0)}[${index}]`)
    }
    return name
  }

  get bindings(): readonly number[] {
    return [...this.#bindings]
  }

  print(): string {
    const stores = [...this.#registers].map((r) => `c0[${r}] = q${r}`)
    return [
      `function ${this.name}(${['B', ...this.parameters].join(', ')}) {`,
      this.prologue.print(),
      this.exits.size > 0 ? 'let exit = 0\nF: {' : '{',
      this.body.print(),
      '}',
      ...stores,
      this.exits.size > 0 ? 'return exit\n}' : 'return 0\n}',
    ].join('\n')
  }
}
