import type { Hop } from '../../plan/operator.ts'
import type { QueryGraph } from '../logical/query-graph.ts'
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
  /** Nodes and rels in the order that the user wants, this part's among them. */
  readonly hint: QueryGraph['hint']
}

/** Steps in order with what they are expected to cost and give. */
export interface Order {
  readonly steps: readonly OrderStep[]
  readonly cost: number
  readonly rows: number
}

/** A partly followed pattern: which nodes are bound, what it cost, and how it came about. */
interface State {
  readonly nodes: number
  readonly cost: number
  readonly rows: number
  readonly step: OrderStep | null
  readonly before: State | null
}

/** A condition in terms of the pattern: bits of the nodes and rels that it needs. */
interface MaskedPredicate {
  readonly nodes: number
  readonly rels: number
  readonly selectivity: number
}

/** Following a rel from one of its ends, with everything that does not depend on the rows so far. */
interface Way {
  readonly step: OrderStep
  readonly rel: number
  readonly from: number
  readonly to: number
  /** Rels or paths per node. */
  readonly degree: number
  /** Nodes that the far end may be. */
  readonly ends: number
}

/** Patterns with more rels than this are ordered step by step instead of exhaustively. */
const EXHAUSTIVE_RELS = 9

/** Sets of nodes and rels are bits of one integer. */
const MASK_BITS = 31

/** Reading a property of a node found by a hop, in units of one hop. */
const PROPERTY_COST = 1

/** Rows that a recursive rel is expected to give at most. */
const MOST_PATHS = 1e9

/**
 * Chooses where to start and in which order to follow rels, unless a hint says. Every order gives the same rows; the cheapest by the estimates is taken,
 * the first one of equals, so that the result depends on nothing else. Cost: up to 9 rels all orders by dynamic programming over sets of
 * rels (at most some 9000 steps), beyond that the rel that leaves the fewest rows, again and again.
 */
export function chooseOrder(problem: OrderProblem, estimates: Estimates): Order {
  if (problem.hint !== undefined) return hintedOrder(problem, problem.hint)
  if (Math.max(problem.nodes.length, problem.rels.length) > MASK_BITS) return textOrder(problem)
  const chooser = new OrderChooser(problem, estimates)
  const found = problem.rels.length <= EXHAUSTIVE_RELS ? chooser.exhaustive() : chooser.greedy()
  return orderOf(found ?? chooser.bindingEnds())
}

function orderOf(state: State): Order {
  const steps: OrderStep[] = []
  for (let at: State | null = state; at !== null; at = at.before) if (at.step !== null) steps.unshift(at.step)
  return { steps, cost: state.cost, rows: state.rows }
}

/** Starts at the first node of the hint and follows the rels in its order, each as soon as one of its ends is bound. */
function hintedOrder(problem: OrderProblem, hint: NonNullable<OrderProblem['hint']>): Order {
  const place = (variable: GraphNode['variable'] | GraphRel['variable']): number => hint.indexOf(variable)
  const rels = [...problem.rels].sort((a, b) => place(a.variable) - place(b.variable))
  const nodes = [...problem.nodes].sort((a, b) => place(a.variable) - place(b.variable))
  const isBound = nodes.some((n) => problem.bound.has(n.variable.slot))
  const startsWithNode = rels.length === 0 || place(nodes[0]!.variable) < place(rels[0]!.variable)
  const start = isBound || !startsWithNode ? [] : nodes.slice(0, 1).map((node) => ({ node, rows: 1 }))
  return textOrder({ ...problem, nodes, rels, lookups: start })
}

/** The order of the text, for patterns too large to think about: look-ups first, then any rel that has a bound end. */
function textOrder({ nodes, rels, bound, rows, lookups }: OrderProblem): Order {
  const known = new Set(nodes.filter((n) => bound.has(n.variable.slot)))
  const steps: OrderStep[] = []
  const bind = (node: GraphNode): void => {
    known.add(node)
    steps.push({ kind: 'bind', node })
  }
  for (const { node } of lookups) bind(node)
  const left = [...rels]
  while (left.length > 0) {
    const step = left.flatMap((rel) => usableStep(rel, known)).at(0)
    if (step === undefined) {
      const ends = [left[0]!.source, left[0]!.target].filter((n) => !known.has(n))
      if (ends.length > 0) {
        bind(ends[0]!)
        continue
      }
      // stored in neither direction that the pattern asks for: whoever emits the step reports it
      const rel = left.shift()!
      steps.push({ kind: 'rel', rel, from: rel.source })
      continue
    }
    steps.push(step)
    known.add(step.rel.source).add(step.rel.target)
    left.splice(left.indexOf(step.rel), 1)
  }
  return { steps, cost: rows * steps.length, rows }
}

function usableStep(rel: GraphRel, known: ReadonlySet<GraphNode>): Extract<OrderStep, { kind: 'rel' }>[] {
  const from = [rel.source, rel.target].find((n) => known.has(n) && hopsOf(rel, n) !== null)
  return from === undefined ? [] : [{ kind: 'rel', rel, from }]
}

class OrderChooser {
  readonly #problem: OrderProblem
  readonly #estimates: Estimates
  readonly #bit = new Map<GraphNode, number>()
  readonly #predicates: readonly MaskedPredicate[]
  readonly #ways: readonly Way[]

  constructor(problem: OrderProblem, estimates: Estimates) {
    this.#problem = problem
    this.#estimates = estimates
    for (const [i, node] of problem.nodes.entries()) this.#bit.set(node, 1 << i)
    this.#predicates = this.#maskPredicates()
    this.#ways = problem.rels.flatMap((rel, i) => this.#waysOf(rel, i))
  }

  /** Dynamic programming over sets of followed rels: the cheapest way to each set. */
  exhaustive(): State | null {
    const { rels } = this.#problem
    const starts = this.#starts()
    if (rels.length === 0) return cheapest(starts)
    const best: (State | undefined)[] = []
    const full = 2 ** rels.length - 1
    for (let mask = 0; mask < full; mask++) {
      const states = mask === 0 ? starts : best[mask] === undefined ? [] : [best[mask]!]
      for (const state of states) {
        for (const way of this.#ways) {
          const target = mask | (1 << way.rel)
          if (target === mask || (state.nodes & way.from) === 0) continue
          const next = this.#follow(state, way, mask)
          const known = best[target]
          if (known === undefined || next.cost < known.cost) best[target] = next
        }
      }
    }
    return best[full] ?? null
  }

  /** Takes the rel that leaves the fewest rows, again and again, from the start with the fewest rows. */
  greedy(): State | null {
    let state = this.#starts().reduce((least, s) => (s.rows < least.rows ? s : least))
    let mask = 0
    for (let done = 0; done < this.#problem.rels.length; done++) {
      let best: { state: State; rel: number } | null = null
      for (const way of this.#ways) {
        if ((mask & (1 << way.rel)) !== 0 || (state.nodes & way.from) === 0) continue
        const next = this.#follow(state, way, mask)
        if (best === null || next.rows < best.state.rows) best = { state: next, rel: way.rel }
      }
      if (best === null) return null
      state = best.state
      mask |= 1 << best.rel
    }
    return state
  }

  /** Where rels are not stored in the direction that is needed, further ends are bound on their own. */
  bindingEnds(): State {
    let state = this.#starts()[0]!
    let mask = 0
    for (const [i, rel] of this.#problem.rels.entries()) {
      const ways = this.#ways.filter((w) => w.rel === i)
      const usable = (): Way | undefined => ways.find((w) => (state.nodes & w.from) !== 0)
      for (const end of [rel.source, rel.target]) {
        if (usable() === undefined && (state.nodes & this.#bit.get(end)!) === 0) state = this.#scan(state, end, mask)
      }
      const way = usable()
      // stored in neither direction that the pattern asks for: whoever emits the step reports it
      const step: OrderStep = { kind: 'rel', rel, from: rel.source }
      state = way === undefined ? { ...state, step, before: state } : this.#follow(state, way, mask)
      mask |= 1 << i
    }
    return state
  }

  /** Bound nodes and look-ups together are one start; without any, each node is one. */
  #starts(): readonly State[] {
    const { nodes, bound, rows, lookups } = this.#problem
    const known = nodes.reduce((mask, n) => (bound.has(n.variable.slot) ? mask | this.#bit.get(n)! : mask), 0)
    let start: State = { nodes: known, cost: 0, rows, step: null, before: null }
    for (const lookup of lookups) {
      start = this.#after(start, { kind: 'bind', node: lookup.node }, start.rows * lookup.rows, {
        nodes: start.nodes | this.#bit.get(lookup.node)!,
      })
    }
    return start.nodes !== 0 ? [start] : nodes.map((node) => this.#scan(start, node, 0))
  }

  #scan(state: State, node: GraphNode, mask: number): State {
    const size = this.#estimates.nodes([...node.tables])
    const nodes = state.nodes | this.#bit.get(node)!
    return this.#after(state, { kind: 'bind', node }, state.rows * size, { nodes, relsBefore: mask })
  }

  #follow(state: State, way: Way, mask: number): State {
    const toIsBound = (state.nodes & way.to) !== 0
    const rows = state.rows * (toIsBound ? way.degree / way.ends : way.degree)
    const work = state.rows * (1 + way.degree)
    const relsAfter = mask | (1 << way.rel)
    return this.#after(state, way.step, rows, { nodes: state.nodes | way.to, relsBefore: mask, relsAfter, work })
  }

  /** The state after a step: conditions that it completes take their share of the rows. */
  #after(
    state: State,
    step: OrderStep,
    rows: number,
    change: { nodes: number; relsBefore?: number; relsAfter?: number; work?: number },
  ): State {
    const { nodes, relsBefore = 0, relsAfter = relsBefore, work = rows } = change
    let kept = rows
    let tests = 0
    for (const predicate of this.#predicates) {
      if ((predicate.nodes & ~nodes) !== 0 || (predicate.rels & ~relsAfter) !== 0) continue
      if ((predicate.nodes & ~state.nodes) === 0 && (predicate.rels & ~relsBefore) === 0) continue
      kept *= predicate.selectivity
      tests++
    }
    const cost = state.cost + work + (tests > 0 ? rows * PROPERTY_COST : 0)
    return { nodes, cost, rows: kept, step, before: state }
  }

  /** Conditions by the nodes and rels that they need; those that need something else wait for later. */
  #maskPredicates(): MaskedPredicate[] {
    const { nodes, rels, predicates, bound } = this.#problem
    const nodeBits = new Map(nodes.map((n) => [n.variable.slot, this.#bit.get(n)!]))
    const relBits = new Map(rels.flatMap((r, i) => relSlots(r.variable).map((slot) => [slot, 1 << i] as const)))
    return predicates.flatMap(({ slots, expression }) => {
      const mask = { nodes: 0, rels: 0, selectivity: 1 }
      for (const slot of slots) {
        mask.nodes |= nodeBits.get(slot) ?? 0
        mask.rels |= relBits.get(slot) ?? 0
        if (!nodeBits.has(slot) && !relBits.has(slot) && !bound.has(slot)) return []
      }
      mask.selectivity = this.#estimates.selectivity(expression)
      return [mask]
    })
  }

  #waysOf(rel: GraphRel, index: number): Way[] {
    const ends = rel.source === rel.target ? [rel.source] : [rel.source, rel.target]
    return ends.flatMap((from) => {
      const hops = hopsOf(rel, from)
      if (hops === null) return []
      const to = from === rel.source ? rel.target : rel.source
      return [
        {
          step: { kind: 'rel', rel, from },
          rel: index,
          from: this.#bit.get(from)!,
          to: this.#bit.get(to)!,
          degree: this.#degree(rel, from, to, hops),
          ends: Math.max(1, this.#estimates.nodes([...to.tables])),
        } satisfies Way,
      ]
    })
  }

  /** Rels (or paths) per node. */
  #degree({ variable }: GraphRel, from: GraphNode, to: GraphNode, hops: readonly Hop[]): number {
    const start = Math.max(1, this.#estimates.nodes([...from.tables]))
    const single = this.#estimates.rels(hops.map((h) => h.relTable)) / start
    if (variable.kind === 'rel') return single
    let paths = variable.lower === 0 ? 1 : 0
    for (let length = Math.max(1, variable.lower); length <= variable.upper; length++) {
      paths = Math.min(MOST_PATHS, paths + single ** length)
    }
    const walks = variable.semantic === 'WALK' || variable.semantic === 'TRAIL' || variable.semantic === 'ACYCLIC'
    return walks ? paths : Math.min(paths, this.#estimates.nodes([...to.tables]))
  }
}

function cheapest(states: readonly State[]): State {
  return states.reduce((best, state) => (state.cost < best.cost ? state : best))
}
