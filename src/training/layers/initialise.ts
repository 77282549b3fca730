import type { SeededRandom } from '../seeded-random.ts'

/** Numbers uniform in (-bound, bound). */
export function uniformValues(count: number, bound: number, random: SeededRandom): Float32Array {
  return Float32Array.from({ length: count }, () => (2 * random.uniform() - 1) * bound)
}

/** Bound of PyTorch's default for linear layers, weights and bias alike: kaiming uniform with a = sqrt(5). */
export function kaimingBound(inputs: number): number {
  return inputs > 0 ? 1 / Math.sqrt(inputs) : 0
}

/** Bound of Glorot's initialisation, which PyG uses for GCN and GAT. */
export function glorotBound(inputs: number, outputs: number): number {
  return Math.sqrt(6 / (inputs + outputs))
}
