import { DatabaseError } from '../../errors/database-error.ts'
import type { RandomStream } from './random.ts'

/** Draws nodes of one type, all alike or in proportion to weights. */
export class NodeDraw {
  readonly #count: number
  /** Ascending sums of weights; null: all alike. */
  readonly #sums: Float64Array | null

  /**
   * @param count number of node ids. @param weights [count], not negative, not all 0. Cost: 8 bytes a node with weights.
   * @throws {DatabaseError} INVALID_ARGUMENT: no nodes, or weights that are not as described.
   */
  constructor(nodeType: string, count: number, weights: ArrayLike<number> | undefined) {
    if (count === 0) throw invalid(`There are no nodes of ${nodeType} to draw negatives from.`)
    this.#count = count
    this.#sums = weights === undefined ? null : sumsOf(nodeType, count, weights)
  }

  /** @returns a node id. Takes one or two words of the stream, and seldom more. */
  draw(random: RandomStream): number {
    const sums = this.#sums
    if (sums === null) return random.below(this.#count)
    const total = sums[sums.length - 1]!
    const value = random.fineUnit() * total
    let from = 0
    let to = sums.length - 1
    while (from < to) {
      const middle = (from + to) >>> 1
      if (sums[middle]! > value || sums[middle] === total) to = middle
      else from = middle + 1
    }
    return from
  }
}

function sumsOf(nodeType: string, count: number, weights: ArrayLike<number>): Float64Array {
  if (weights.length !== count) throw invalid(`${nodeType}: ${count} nodes, ${weights.length} weights.`)
  const sums = new Float64Array(count)
  let sum = 0
  for (let i = 0; i < count; i++) {
    if (!(weights[i]! >= 0)) throw invalid(`${nodeType}: the weight of node ${i} is ${weights[i]}.`)
    sum += weights[i]!
    sums[i] = sum
  }
  if (!(sum > 0 && sum < Number.POSITIVE_INFINITY)) throw invalid(`${nodeType}: weights add up to ${sum}.`)
  return sums
}

function invalid(text: string): DatabaseError {
  return new DatabaseError('INVALID_ARGUMENT', text)
}
