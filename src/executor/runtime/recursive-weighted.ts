import { DatabaseError } from '../../errors/database-error.ts'
import { formatValue } from '../../types/format.ts'
import type { Value } from '../../types/value.ts'
import type { Run } from '../run.ts'
import { GrowingIds } from './growing-ids.ts'
import { type GraphHop, type RecursiveGraph, relIdAt } from './recursive-graph.ts'
import { PathDag } from './recursive-path-dag.ts'
import type { RecursivePathValues } from './recursive-path-values.ts'
import { checkPathCount, RecursiveSearch, type SearchOptions } from './recursive-search.ts'

/**
 * WSHORTEST and ALL WSHORTEST: the cheapest paths of at most `upper` rels, by rounds of relaxation (Bellman and Ford). A state is a node reached by
 * exactly so many rels as rounds have passed, kept only if that is no dearer than with fewer rels. Dijkstra's order would not do, because a dear
 * path of few rels may be all that the upper bound allows. Cost: rels of the nodes that became cheaper, per round.
 * Paths that visit a node twice (over weights of 0) are left out. The start is never a result. Rels without a weight cannot be walked.
 */
export class WeightedSearch extends RecursiveSearch {
  readonly #run: Run
  readonly #all: boolean
  readonly #dag: PathDag
  /** By state: rels, cost, number of paths. */
  readonly #lengths: GrowingIds
  #costs = new Float64Array(0)
  #counts = new Float64Array(0)
  /** By node: least cost so far, valid where the stamp is; the last state. */
  #stamps = new Uint32Array(0)
  #stamp = 0
  #best = new Float64Array(0)
  #lastState = new Uint32Array(0)
  #states = 0
  #cursor = 0
  #hasZero = false
  #isListing = false

  constructor(run: Run, graph: RecursiveGraph, options: SearchOptions, values: RecursivePathValues | null) {
    super(graph, options, values)
    this.#run = run
    this.#all = options.semantic === 'ALL_WSHORTEST'
    this.#dag = new PathDag(run, graph)
    this.#lengths = new GrowingIds(run)
  }

  protected stop(): void {
    this.#states = 0
    this.#cursor = 0
    this.#isListing = false
  }

  protected begin(node: number): void {
    this.#makeRoom()
    if (++this.#stamp > 0xffffffff) {
      this.#stamps.fill(0)
      this.#stamp = 1
    }
    this.stop()
    this.#dag.clear()
    this.#lengths.length = 0
    this.#hasZero = false
    this.#addState(node, 0, 0)
    this.#counts[0] = 1
    let start = 0
    for (let length = 1; length <= this.options.upper && start < this.#states; length++) {
      const end = this.#states
      for (let state = start; state < end; state++) this.#expandState(state, length)
      start = end
    }
    this.#cursor = 1
  }

  #makeRoom(): void {
    const { graph } = this
    if (this.#stamps.length >= graph.nodeCount) return
    graph.reserve(16)
    this.#stamps = new Uint32Array(graph.nodeCount)
    this.#stamp = 0
    this.#best = new Float64Array(graph.nodeCount)
    this.#lastState = new Uint32Array(graph.nodeCount)
  }

  #addState(node: number, length: number, cost: number): number {
    const state = this.#dag.addState(node)
    if (state >= this.#costs.length) this.#growStates()
    this.#lengths.push(length)
    this.#costs[state] = cost
    this.#counts[state] = 0
    this.#stamps[node] = this.#stamp
    this.#best[node] = cost
    this.#lastState[node] = state
    this.#states = state + 1
    return state
  }

  #growStates(): void {
    const capacity = Math.max(256, this.#costs.length * 2)
    this.#run.reserve((capacity - this.#costs.length) * 16)
    const costs = new Float64Array(capacity)
    costs.set(this.#costs)
    this.#costs = costs
    const counts = new Float64Array(capacity)
    counts.set(this.#counts)
    this.#counts = counts
  }

  #expandState(state: number, length: number): void {
    const { graph } = this
    const node = this.#dag.nodeOf(state)
    const cost = this.#costs[state]!
    // a cheaper path to the end is known already
    if (this.target >= 0 && this.#stamps[this.target] === this.#stamp && cost > this.#best[this.target]!) return
    if (length > 1 && !graph.passesNode(node)) return
    for (const hop of graph.tableOf(node).hops) {
      if (hop.weights !== null) this.#expand(hop, node, state, length)
    }
  }

  #expand(hop: GraphHop, node: number, from: number, length: number): void {
    const { graph } = this
    const { neighbours, lo, hi } = graph.load(hop, node)
    const { base } = hop.to
    for (let k = lo; k < hi; k++) {
      if (!graph.passesRel(hop, k, node)) continue
      const relId = relIdAt(hop, k)
      const weight = weightOf(hop, relId)
      if (weight < 0) throw negativeWeight(hop, relId)
      if (weight === 0) this.#hasZero = true
      // NaN (no weight) fails every comparison
      const cost = this.#costs[from]! + weight
      if (cost >= 0) this.#relax(neighbours[k]! + base, cost, from, length, hop.index, relId)
    }
  }

  #relax(node: number, cost: number, from: number, length: number, hop: number, relId: number): void {
    const isKnown = this.#stamps[node] === this.#stamp
    const best = isKnown ? this.#best[node]! : Number.POSITIVE_INFINITY
    if (isKnown && (this.#all ? cost > best : cost >= best)) return
    let state = this.#lastState[node]!
    if (!isKnown || this.#lengths.data[state] !== length) {
      state = this.#addState(node, length, cost)
    } else if (cost < best) {
      this.#dag.dropRels(state)
      this.#costs[state] = cost
      this.#counts[state] = 0
      this.#best[node] = cost
    }
    this.#counts[state]! += this.#counts[from]!
    this.#dag.addRel(state, from, hop, relId)
  }

  next(): boolean {
    for (;;) {
      if (this.#isListing && this.#nextPath()) return true
      this.#isListing = false
      if (this.#cursor >= this.#states) return false
      const state = this.#cursor++
      const node = this.#dag.nodeOf(state)
      if (node === this.#dag.nodeOf(0) || this.#costs[state] !== this.#best[node] || !this.isEnd(node)) continue
      this.cost = this.#costs[state]!
      const length = this.#lengths.data[state]!
      if (this.#listsPaths) {
        this.#dag.list(state, length)
        this.#isListing = true
        this.found(node, length, 1)
        continue
      }
      checkPathCount(this.#counts[state]!)
      return this.found(node, length, this.#all ? this.#counts[state]! : 1)
    }
  }

  /** Paths have to be looked at one by one: they are asked for, or may visit a node twice. */
  get #listsPaths(): boolean {
    return this.values !== null || (this.#all && this.#hasZero)
  }

  #nextPath(): boolean {
    while (this.#dag.nextPath()) {
      if (!this.#hasZero || !this.#dag.repeatsNode()) return true
      this.graph.countWork(0)
    }
    return false
  }

  path(): Value {
    return this.#dag.path(this.values!)
  }
}

function weightOf({ weights, hasSafeWeights }: GraphHop, relId: number): number {
  if (hasSafeWeights) return weights!.isNull(relId) ? Number.NaN : weights!.number(relId)
  const v = weights!.value(relId)
  return v === null ? Number.NaN : Number(v)
}

function negativeWeight({ weights }: GraphHop, relId: number): DatabaseError {
  const text = formatValue(weights!.type, weights!.value(relId))
  return new DatabaseError('RUNTIME', `Found negative weight ${text}. This is not supported in weighted shortest path.`)
}
