import type { Estimates } from './estimates.ts'
import { type GraphNode, type GraphRel, hopsOf, type PendingPredicate, relSlots } from './pattern-graph.ts'

/** One step of walking a pattern: follow a rel from a bound end, or bind a node on its own. */
export type OrderStep =
  | { readonly kind: 'bind'; readonly node: GraphNode }
  | { readonly kind: 'rel'; readonly rel: GraphRel; readonly from: GraphNode }

/** A connected part of a pattern to put in order. */
export interface OrderProblem {
  readonly nodes: readonly GraphNode[]
  readonly rels: readonly GraphRel[]
  /** Conditions with the slots that they need. */
  readonly predicates: readonly PendingPredicate[]
  /** Slots that are bound before. */
  readonly bound: ReadonlySet<number>
  /** Rows to start from. */
  readonly rows: number
  /** Nodes that a key look-up finds; they are bound first. */
  readonly lookups: readonly { readonly node: GraphNode; readonly rows: number }[]
}

/** Steps in order with what they are expected to cost and give. */
export interface Order {
  readonly steps: readonly OrderStep[]
  readonly cost: number
  readonly rows: number
}

interface Partial {
  readonly steps: readonly OrderStep[]
  readonly cost: number
  readonly rows: number
  readonly bound: ReadonlySet<number>
}

/** Patterns with more rels than this are ordered step by step instead of exhaustively. */
const EXHAUSTIVE_RELS = 9

/** Reading a property of a node found by a hop, in units of one hop. */
const PROPERTY_COST = 1

/** Rows that a recursive rel is expected to give at most. */
const MOST_PATHS = 1e9

/**
 * Chooses where to start and in which order to follow rels. Every order gives the same rows; the cheapest by the estimates is taken,
 * the first one of equals, so that the result depends on nothing else.
 */
export function chooseOrder(problem: OrderProblem, estimates: Estimates): Order {
  const chooser = new OrderChooser(problem, estimates)
  const starts = chooser.starts()
  const search = problem.rels.length <= EXHAUSTIVE_RELS ? 'exhaustive' : 'greedy'
  let best: Partial | null = null
  for (const start of starts) {
    const found = chooser[search](start)
    if (found !== null && (best === null || found.cost < best.cost)) best = found
  }
  return best ?? chooser.bindingSources(starts[0]!)
}

class OrderChooser {
  readonly #problem: OrderProblem
  readonly #estimates: Estimates

  constructor(problem: OrderProblem, estimates: Estimates) {
    this.#problem = problem
    this.#estimates = estimates
  }

  /** Bound nodes and look-ups together are one start; without any, each node is one. */
  starts(): Partial[] {
    const { nodes, bound, rows, lookups } = this.#problem
    let start: Partial = { steps: [], cost: 0, rows, bound }
    for (const lookup of lookups) {
      start = this.#after(start, { kind: 'bind', node: lookup.node }, start.rows * lookup.rows, [
        lookup.node.variable.slot,
      ])
    }
    if (lookups.length > 0 || nodes.some((n) => bound.has(n.variable.slot))) return [start]
    return nodes.map((node) => this.#scan(start, node))
  }

  #scan(partial: Partial, node: GraphNode): Partial {
    const size = this.#estimates.nodes([...node.tables])
    return this.#after(partial, { kind: 'bind', node }, partial.rows * size, [node.variable.slot])
  }

  /** Dynamic programming over sets of followed rels: the cheapest way to each set. */
  exhaustive(start: Partial): Partial | null {
    const { rels } = this.#problem
    const best = new Map<number, Partial>([[0, start]])
    const full = 2 ** rels.length - 1
    for (let mask = 0; mask < full; mask++) {
      const partial = best.get(mask)
      if (partial === undefined) continue
      for (const [i, rel] of rels.entries()) {
        if ((mask & (1 << i)) !== 0) continue
        for (const next of this.#follow(partial, rel)) {
          const target = mask | (1 << i)
          const known = best.get(target)
          if (known === undefined || next.cost < known.cost) best.set(target, next)
        }
      }
    }
    return best.get(full) ?? null
  }

  /** Takes the rel that leaves the fewest rows, again and again. */
  greedy(start: Partial): Partial | null {
    let partial = start
    const left = [...this.#problem.rels]
    while (left.length > 0) {
      let best: { next: Partial; rel: GraphRel } | null = null
      for (const rel of left) {
        for (const next of this.#follow(partial, rel)) {
          if (best === null || next.rows < best.next.rows) best = { next, rel }
        }
      }
      if (best === null) return null
      partial = best.next
      left.splice(left.indexOf(best.rel), 1)
    }
    return partial
  }

  /** Where a rel is not stored in the direction that is needed, its other end has to be bound first. */
  bindingSources(start: Partial): Partial {
    let partial = start
    for (const rel of this.#problem.rels) {
      const ends = [rel.source, rel.target]
      let [next] = this.#follow(partial, rel)
      for (const end of ends) {
        if (next !== undefined) break
        if (!partial.bound.has(end.variable.slot)) partial = this.#scan(partial, end)
        next = this.#follow(partial, rel)[0]
      }
      partial = next ?? this.#followAnyway(partial, rel)
    }
    return partial
  }

  /** The rel is stored in neither direction that the pattern asks for; whoever emits the step reports it. */
  #followAnyway(partial: Partial, rel: GraphRel): Partial {
    return { ...partial, steps: [...partial.steps, { kind: 'rel', rel, from: rel.source }] }
  }

  #follow(partial: Partial, rel: GraphRel): Partial[] {
    const ends = [rel.source, rel.target].filter((n, i) => i === 0 || n !== rel.source)
    return ends.flatMap((from) => {
      if (!partial.bound.has(from.variable.slot)) return []
      const hops = hopsOf(rel, from)
      if (hops === null) return []
      const to = from === rel.source ? rel.target : rel.source
      const toIsBound = partial.bound.has(to.variable.slot)
      const degree = this.#degree(rel, from)
      const size = Math.max(1, this.#estimates.nodes([...to.tables]))
      const rows = partial.rows * (toIsBound ? degree / size : degree)
      const work = partial.rows * (1 + degree)
      const slots = [...relSlots(rel.variable), to.variable.slot]
      return [this.#after(partial, { kind: 'rel', rel, from }, rows, slots, work)]
    })
  }

  /** Rels (or paths) per node. */
  #degree(rel: GraphRel, from: GraphNode): number {
    const hops = hopsOf(rel, from) ?? []
    const start = Math.max(1, this.#estimates.nodes([...from.tables]))
    const single = this.#estimates.rels(hops.map((h) => h.relTable)) / start
    const { variable } = rel
    if (variable.kind === 'rel') return single
    let paths = variable.lower === 0 ? 1 : 0
    for (let length = Math.max(1, variable.lower); length <= variable.upper; length++) {
      paths = Math.min(MOST_PATHS, paths + single ** length)
    }
    const to = from === rel.source ? rel.target : rel.source
    const walks = variable.semantic === 'WALK' || variable.semantic === 'TRAIL' || variable.semantic === 'ACYCLIC'
    return walks ? paths : Math.min(paths, this.#estimates.nodes([...to.tables]))
  }

  /** The state after a step: conditions that it completes take their share of the rows. */
  #after(partial: Partial, step: OrderStep, rows: number, slots: readonly number[], work: number = rows): Partial {
    const bound = new Set(partial.bound)
    for (const slot of slots) bound.add(slot)
    let kept = rows
    let tests = 0
    for (const predicate of this.#problem.predicates) {
      if (!covers(bound, predicate.slots) || covers(partial.bound, predicate.slots)) continue
      kept *= this.#estimates.selectivity(predicate.expression)
      tests++
    }
    const cost = partial.cost + work + (tests > 0 ? rows * PROPERTY_COST : 0)
    return { steps: [...partial.steps, step], cost, rows: kept, bound }
  }
}

function covers(bound: ReadonlySet<number>, slots: ReadonlySet<number>): boolean {
  for (const slot of slots) if (!bound.has(slot)) return false
  return true
}
