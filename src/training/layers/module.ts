import * as tf from '@tensorflow/tfjs-core'

/** A trained tensor, or a running value that is saved with them. */
export interface NamedVariable {
  /** Path of the owner and name: 'conv0.neighbour.weight'. */
  readonly name: string
  readonly variable: tf.Variable
}

/**
 * A piece of a model that owns variables: those that are trained and those that are merely kept (running means). Children
 * contribute theirs under their own name. Variables live on the backend in use until {@link dispose}.
 */
export class Module {
  readonly #own: { readonly name: string; readonly variable: tf.Variable; readonly trained: boolean }[] = []
  readonly #children: { readonly name: string; readonly module: Module }[] = []

  /** Trained variables, in the order of construction. */
  parameters(): NamedVariable[] {
    return this.#collect(true)
  }

  /** Kept variables that no optimiser touches. */
  buffers(): NamedVariable[] {
    return this.#collect(false)
  }

  /** Number of trained numbers. */
  parameterCount(): number {
    return this.parameters().reduce((sum, { variable }) => sum + variable.size, 0)
  }

  /** Gives the memory of the variables back. */
  dispose(): void {
    for (const { variable } of this.#own) variable.dispose()
    for (const { module } of this.#children) module.dispose()
  }

  protected addVariable(name: string, values: Float32Array, shape: number[], trained = true): tf.Variable {
    const initial = tf.tensor(values, shape, 'float32')
    const variable = tf.variable(initial, trained)
    initial.dispose()
    this.#own.push({ name, variable, trained })
    return variable
  }

  protected addChild<T extends Module>(name: string, module: T): T {
    this.#children.push({ name, module })
    return module
  }

  #collect(trained: boolean): NamedVariable[] {
    const own = this.#own.filter((entry) => entry.trained === trained)
    const below = this.#children.flatMap(({ name, module }) =>
      (trained ? module.parameters() : module.buffers()).map((entry) => ({ ...entry, name: `${name}.${entry.name}` })),
    )
    return [...own.map(({ name, variable }) => ({ name, variable })), ...below]
  }
}
