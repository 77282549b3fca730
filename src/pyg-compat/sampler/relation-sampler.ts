import type { Admission } from './admission.ts'
import type { Chooser } from './chooser.ts'
import { DrawOrder } from './draw-order.ts'
import { EdgeBuffer } from './edge-buffer.ts'
import type { EdgeExclusion } from './edge-exclusion.ts'
import { expandPlain, type Frontier } from './expand-plain.ts'
import { NeighbourLists } from './neighbour-lists.ts'
import type { NodeIndex } from './node-index.ts'
import { Picks } from './picks.ts'
import { hashText, type RandomStream } from './random.ts'
import type { Relation } from './relations.ts'
import type { SamplerGraph } from './sampler-graph.ts'

/** How a relation is sampled. */
export interface RelationPlan {
  readonly relation: Relation
  /** Neighbours to draw, hop by hop. */
  readonly counts: readonly number[]
  readonly replace: boolean
  readonly withEdgeIds: boolean
  /** Whether choosing looks at edge ids. */
  readonly readsEdges: boolean
  readonly admission: Admission
  /** null: uniform draws, which have a loop of their own as long as every edge is admissible. */
  readonly chooser: Chooser | null
  /** What {@link chooser} null stands for when not every edge is. */
  readonly uniform: Chooser
}

/** Nodes that draw in one hop, and the times of their trees' seeds. */
export interface TimedFrontier extends Omit<Frontier, 'order'> {
  /** By tree; empty without times. */
  readonly latest: Float64Array
}

/** Draws neighbours by one relation and holds the edges of the running batch. */
export class RelationSampler {
  readonly relation: Relation
  readonly edges: EdgeBuffer
  /** Edges per hop of the running batch. */
  perHop: number[] = []
  readonly #plan: RelationPlan
  readonly #graph: SamplerGraph
  readonly #keyWord: number
  readonly #picks = new Picks()
  /** null: lists are in memory, in any order equally near. */
  readonly #order: DrawOrder | null
  /** Edges of a hop in the order of drawing. */
  readonly #drawn: EdgeBuffer
  #lists: NeighbourLists | null = null
  #listsHaveIds = false

  constructor(graph: SamplerGraph, plan: RelationPlan) {
    this.#graph = graph
    this.#plan = plan
    this.relation = plan.relation
    this.#keyWord = hashText(plan.relation.key)
    this.edges = new EdgeBuffer(plan.withEdgeIds)
    this.#drawn = new EdgeBuffer(plan.withEdgeIds)
    this.#order = graph.paged === true ? new DrawOrder() : null
  }

  /** Forgets the edges of the batch before. @param exclusion edges that must not be drawn. */
  begin(exclusion: EdgeExclusion | null): void {
    this.edges.count = 0
    this.perHop = []
    this.#plan.admission.exclusion = exclusion
  }

  /**
   * Draws for all nodes of a frontier and adds the neighbours to `neighbours`.
   * @param random in the scope of the batch. @param scratch any other stream.
   */
  expand(
    hop: number,
    frontier: TimedFrontier,
    neighbours: NodeIndex,
    random: RandomStream,
    scratch: RandomStream,
  ): void {
    const { edges } = this
    const from = edges.count
    const count = this.#plan.counts[hop]!
    if (count !== 0 && frontier.to > frontier.from) {
      scratch.continue(random)
      scratch.absorb(hop)
      scratch.absorb(this.#keyWord)
      this.#drawInOrder(frontier, count, scratch)
      neighbours.addAll(edges.rows, from, edges.count, edges.cols, frontier.trees)
    }
    this.perHop.push(edges.count - from)
  }

  /** @returns the lists of the relation, with edge ids if anything looks at them. They are moved by whoever asks. */
  lists(): NeighbourLists {
    const { withEdgeIds, readsEdges, admission } = this.#plan
    const needsIds = withEdgeIds || readsEdges || admission.exclusion !== null
    if (this.#lists !== null && (this.#listsHaveIds || !needsIds)) return this.#lists
    this.close()
    const { stored, direction } = this.relation
    const first = this.#graph.adjacency(stored, direction === 'out' ? 'fwd' : 'bwd', needsIds)
    const second = direction === 'both' ? this.#graph.adjacency(stored, 'fwd', needsIds) : null
    this.#lists = new NeighbourLists(first, second, direction !== 'out')
    this.#listsHaveIds = needsIds
    return this.#lists
  }

  get admission(): Admission {
    return this.#plan.admission
  }

  close(): void {
    this.#lists?.close()
    this.#lists = null
  }

  #drawInOrder(frontier: TimedFrontier, count: number, random: RandomStream): void {
    const { ids, from, to } = frontier
    const order = this.#order?.of(ids, from, to) ?? null
    if (order === null) {
      this.#draw({ ...frontier, order }, count, random, this.edges)
      return
    }
    const drawn = this.#drawn
    drawn.count = 0
    this.#draw({ ...frontier, order }, count, random, drawn)
    this.edges.appendSorted(drawn, from, to)
  }

  #draw(frontier: TimedFrontier & Frontier, count: number, random: RandomStream, edges: EdgeBuffer): void {
    const { chooser, uniform, replace, admission } = this.#plan
    const lists = this.lists()
    const { single } = lists
    if (chooser === null && single !== null && admission.admitsAll) {
      expandPlain(frontier, single, count, replace, random, this.#picks, edges)
    } else this.#drawChosen(frontier, lists, count, chooser ?? uniform, random, edges)
  }

  #drawChosen(
    { ids, trees, latest, from, to, order }: TimedFrontier & Frontier,
    lists: NeighbourLists,
    count: number,
    chooser: Chooser,
    random: RandomStream,
    edges: EdgeBuffer,
  ): void {
    const { admission } = this.#plan
    const picks = this.#picks
    const timed = latest.length > 0
    for (let next = from; next < to; next++) {
      const local = order === null ? next : order[next - from]!
      const node = ids[local]!
      lists.load(node)
      if (lists.degree === 0) continue
      if (trees.length > 0) random.startInTree(node, trees[local]!)
      else random.start(node)
      admission.begin(node, timed ? latest[trees[local]!]! : Number.POSITIVE_INFINITY)
      chooser.choose(lists, count, admission, random, picks)
      append(edges, lists, local, picks)
    }
  }
}

function append(edges: EdgeBuffer, lists: NeighbourLists, local: number, picks: Picks): void {
  const { positions, count } = picks
  edges.reserve(count)
  const { rows, cols, ids, withIds } = edges
  const at = edges.count
  for (let i = 0; i < count; i++) {
    rows[at + i] = lists.neighbour(positions[i]!)
    cols[at + i] = local
  }
  if (withIds) for (let i = 0; i < count; i++) ids[at + i] = lists.edge(positions[i]!)
  edges.count = at + count
}
