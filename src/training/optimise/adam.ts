import * as tf from '@tensorflow/tfjs-core'
import type { NamedVariable } from '../layers/module.ts'

/** Options of {@link Adam}, and of each group that departs from them. */
export interface AdamOptions {
  /** Default 0.001. */
  readonly learningRate?: number
  /** L2 penalty added to the gradient, as torch.optim.Adam; default 0. */
  readonly weightDecay?: number
  /** Default 0.9 and 0.999. */
  readonly betas?: readonly [number, number]
  /** Default 1e-8. */
  readonly epsilon?: number
}

/** Parameters that share options. */
export interface ParameterGroup extends AdamOptions {
  readonly parameters: readonly NamedVariable[]
}

/** State of an optimiser as plain data; moments by parameter name. */
export interface AdamState {
  readonly steps: number
  readonly learningRates: readonly number[]
  readonly moments: Readonly<Record<string, { readonly first: Float32Array; readonly second: Float32Array }>>
}

interface Slot {
  readonly name: string
  readonly group: number
  readonly variable: tf.Variable
  readonly first: tf.Variable
  readonly second: tf.Variable
}

/** Adam with L2 weight decay and groups of parameters. Owns two moments a parameter until {@link dispose}. Source: Kingma and Ba, 2015. */
export class Adam {
  readonly #slots: Slot[]
  readonly #groups: Required<AdamOptions>[]
  readonly #learningRates: number[]
  #steps = 0

  constructor(groups: readonly ParameterGroup[], options: AdamOptions = {}) {
    this.#groups = groups.map((group) => ({
      learningRate: group.learningRate ?? options.learningRate ?? 1e-3,
      weightDecay: group.weightDecay ?? options.weightDecay ?? 0,
      betas: group.betas ?? options.betas ?? [0.9, 0.999],
      epsilon: group.epsilon ?? options.epsilon ?? 1e-8,
    }))
    this.#learningRates = this.#groups.map((group) => group.learningRate)
    this.#slots = groups.flatMap(({ parameters }, group) =>
      parameters.map(({ name, variable }) => ({
        name,
        group,
        variable,
        first: zerosLike(variable),
        second: zerosLike(variable),
      })),
    )
  }

  /** Learning rate of each group; assign to change one. */
  get learningRates(): number[] {
    return this.#learningRates
  }

  /** The variables that {@link step} wants gradients of. */
  get variables(): tf.Variable[] {
    return this.#slots.map((slot) => slot.variable)
  }

  /** One step. @param gradients by variable name, as tf.variableGrads gives them; they stay the caller's. Missing ones are skipped. */
  step(gradients: tf.NamedTensorMap): void {
    this.#steps++
    for (const slot of this.#slots) {
      const gradient = gradients[slot.variable.name]
      if (gradient != null) tf.tidy(() => this.#update(slot, gradient))
    }
  }

  #update(slot: Slot, gradient: tf.Tensor): void {
    const { betas, epsilon, weightDecay } = this.#groups[slot.group]!
    const [beta1, beta2] = betas
    const decayed = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(slot.variable, weightDecay))
    slot.first.assign(tf.add(tf.mul(slot.first, beta1), tf.mul(decayed, 1 - beta1)))
    slot.second.assign(tf.add(tf.mul(slot.second, beta2), tf.mul(tf.square(decayed), 1 - beta2)))
    const step = this.#learningRates[slot.group]! / (1 - beta1 ** this.#steps)
    const spread = tf.add(tf.mul(tf.sqrt(slot.second), 1 / Math.sqrt(1 - beta2 ** this.#steps)), epsilon)
    slot.variable.assign(tf.sub(slot.variable, tf.mul(tf.div(slot.first, spread), step)))
  }

  /** Copies the state out. */
  async state(): Promise<AdamState> {
    const moments: Record<string, { first: Float32Array; second: Float32Array }> = {}
    for (const { name, first, second } of this.#slots) {
      moments[name] = {
        first: Float32Array.from(await first.data()),
        second: Float32Array.from(await second.data()),
      }
    }
    return { steps: this.#steps, learningRates: [...this.#learningRates], moments }
  }

  /** Takes a state back; parameters that it does not know keep theirs. */
  restore(state: AdamState): void {
    this.#steps = state.steps
    state.learningRates.forEach((rate, group) => {
      this.#learningRates[group] = rate
    })
    for (const { name, first, second } of this.#slots) {
      const known = state.moments[name]
      if (known === undefined) continue
      assignValues(first, known.first)
      assignValues(second, known.second)
    }
  }

  /** Gives the moments back. */
  dispose(): void {
    for (const { first, second } of this.#slots) tf.dispose([first, second])
  }
}

function zerosLike(variable: tf.Variable): tf.Variable {
  return tf.tidy(() => tf.variable(tf.zeros(variable.shape), false))
}

/** Overwrites a variable with a copy of `values`. */
export function assignValues(variable: tf.Variable, values: Float32Array): void {
  tf.tidy(() => variable.assign(tf.tensor(values.slice(), variable.shape, 'float32')))
}
