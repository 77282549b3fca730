import type { Value } from '../../types/value.ts'
import type { Run } from '../run.ts'
import { GrowingIds } from './growing-ids.ts'
import type { RecursiveGraph } from './recursive-graph.ts'
import type { RecursivePathValues } from './recursive-path-values.ts'

const NONE = 0xffffffff

/**
 * The rels that shortest paths consist of, as a graph without cycles whose states are nodes at a distance: state 0 is the start, each other state has at
 * least one rel that leads to it from a state one step nearer. Lists the paths to a state one by one.
 */
export class PathDag {
  readonly #graph: RecursiveGraph
  /** By state. */
  readonly #nodes: GrowingIds
  readonly #heads: GrowingIds
  /** By rel. */
  readonly #others: GrowingIds
  readonly #states: GrowingIds
  readonly #relIds: GrowingIds
  readonly #hops: GrowingIds
  /** By step of the path under way: its rel, and the state that the step leads to. */
  readonly #chosen: number[] = []
  readonly #ends: number[] = []
  #length = -1

  constructor(run: Run, graph: RecursiveGraph) {
    this.#graph = graph
    this.#nodes = new GrowingIds(run)
    this.#heads = new GrowingIds(run)
    this.#others = new GrowingIds(run)
    this.#states = new GrowingIds(run)
    this.#relIds = new GrowingIds(run)
    this.#hops = new GrowingIds(run)
  }

  /** Forgets everything. */
  clear(): void {
    for (const ids of [this.#nodes, this.#heads, this.#others, this.#states, this.#relIds, this.#hops]) ids.length = 0
    this.#length = -1
  }

  /** @returns the number of a new state. */
  addState(node: number): number {
    this.#nodes.push(node)
    this.#heads.push(NONE)
    return this.#nodes.length - 1
  }

  nodeOf(state: number): number {
    return this.#nodes.data[state]!
  }

  /** Adds a rel that leads to a state from another one. */
  addRel(state: number, from: number, hop: number, relId: number): void {
    this.#others.push(this.#heads.data[state]!)
    this.#states.push(from)
    this.#relIds.push(relId)
    this.#hops.push(hop)
    this.#heads.data[state] = this.#others.length - 1
  }

  /** Takes back all rels that lead to a state. */
  dropRels(state: number): void {
    this.#heads.data[state] = NONE
  }

  /** Starts with the paths of `length` rels to a state; {@link nextPath} goes to the first one. */
  list(state: number, length: number): void {
    this.#ends[length] = state
    this.#length = length
    this.#chosen.length = 0
  }

  /** Goes to the next path. @returns false when there is none. */
  nextPath(): boolean {
    const length = this.#length
    if (length < 0) return false
    if (this.#chosen.length === 0) {
      this.#chooseFirst(length)
      if (length > 0) return true
      this.#length = -1
      return true
    }
    for (let step = 1; step <= length; step++) {
      const other = this.#others.data[this.#chosen[step]!]!
      if (other === NONE) continue
      this.#choose(step, other)
      this.#chooseFirst(step - 1)
      return true
    }
    this.#length = -1
    return false
  }

  /** Takes the first rel for the steps up to `last`. */
  #chooseFirst(last: number): void {
    for (let step = last; step > 0; step--) this.#choose(step, this.#heads.data[this.#ends[step]!]!)
  }

  #choose(step: number, rel: number): void {
    this.#chosen[step] = rel
    this.#ends[step - 1] = this.#states.data[rel]!
  }

  /** @returns whether the path under way visits a node twice. Cost: the square of its length. */
  repeatsNode(): boolean {
    const nodes = this.#nodes.data
    for (let i = 1; i <= this.#length; i++) {
      for (let j = 0; j < i; j++) if (nodes[this.#ends[i]!] === nodes[this.#ends[j]!]) return true
    }
    return false
  }

  /** @returns the value of the path under way. */
  path(values: RecursivePathValues): Value {
    values.changedFrom(0)
    for (let step = 1; step <= this.#length; step++) {
      const rel = this.#chosen[step]!
      const from = this.nodeOf(this.#ends[step - 1]!)
      const to = this.nodeOf(this.#ends[step]!)
      values.add(this.#graph.hops[this.#hops.data[rel]!]!, this.#relIds.data[rel]!, from, to)
    }
    return values.build(this.#length)
  }
}
