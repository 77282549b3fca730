import type { LogicalType } from '../../types/logical-type.ts'
import type { Value } from '../../types/value.ts'
import type { Run } from '../run.ts'
import { EntityReader } from './entity-reader.ts'
import type { GraphHop, RecursiveGraph } from './recursive-graph.ts'

/**
 * Builds RECURSIVE_REL values `[nodes between the ends, rels]`. Steps are set one by one from the start; the values of leading steps that did not
 * change since the last value are used again.
 */
export class RecursivePathValues {
  readonly #graph: RecursiveGraph
  readonly #nodes: EntityReader
  readonly #rels: EntityReader
  readonly #reversed: boolean
  readonly #ends: number[] = []
  /** By step: the node it leads to; null until somebody needs it. */
  readonly #nodeValues: Value[] = []
  readonly #relValues: Value[] = []
  #built = 0

  /** @param reversed the value lists the path from its end to its start. */
  constructor(run: Run, graph: RecursiveGraph, type: LogicalType, reversed: boolean) {
    const { view, catalog } = run.context
    const { node, rel } = type as Extract<LogicalType, { readonly id: 'RECURSIVE_REL' }>
    this.#graph = graph
    this.#nodes = new EntityReader(view, catalog, node)
    this.#rels = new EntityReader(view, catalog, rel)
    this.#reversed = reversed
  }

  /** Steps from `step` on are new. */
  changedFrom(step: number): void {
    if (step < this.#built) this.#built = step
  }

  /** Steps whose values are known. */
  get built(): number {
    return this.#built
  }

  /** Adds the next step: over a rel of a hop from one node to another. */
  add(hop: GraphHop, relId: number, from: number, to: number): void {
    const near = from - hop.from.base
    const far = to - hop.to.base
    const step = this.#built++
    const [source, target] = hop.isForward ? [near, far] : [far, near]
    this.#relValues[step] = this.#rels.rel(hop.relTable, relId, source, target)
    this.#ends[step] = to
    this.#nodeValues[step] = null
  }

  /** @returns the value of the first `length` steps, which have all been added. */
  build(length: number): Value {
    for (let step = 0; step < length - 1; step++) this.#nodeValues[step] ??= this.#node(this.#ends[step]!)
    const nodes = this.#nodeValues.slice(0, Math.max(0, length - 1))
    const rels = this.#relValues.slice(0, length)
    return this.#reversed ? [nodes.reverse(), rels.reverse()] : [nodes, rels]
  }

  #node(node: number): Value {
    const { table, base } = this.#graph.tableOf(node)
    return this.#nodes.node(table, node - base)
  }
}
