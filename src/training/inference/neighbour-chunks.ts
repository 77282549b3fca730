import type { EdgeType } from '../../pyg-compat/edge-type.ts'
import type { SamplerGraph } from '../../pyg-compat/sampler/sampler-graph.ts'
import { Segments } from '../kernels/segments.ts'

/** Nodes in a row with all their neighbours. */
export interface NeighbourChunk {
  /** Past the last target. */
  readonly end: number
  /** Nodes whose rows are read: the targets, then neighbours that are not among them. */
  readonly ids: Uint32Array
  readonly segments: Segments
  /** [ids.length] neighbours of each node in the whole graph. */
  readonly degree: Int32Array
}

/** Cuts a graph into chunks of consecutive nodes and lists, by position in the chunk's rows, the neighbours of each. */
export class NeighbourChunks {
  readonly #cursors: ReturnType<SamplerGraph['adjacency']>[]
  readonly #nodes: number
  readonly #rowsPerStep: number
  readonly #degree: Int32Array
  /** Position of a node in the chunk under way, valid where #seen has the chunk's number. */
  readonly #position: Int32Array
  readonly #seen: Int32Array
  #chunk = 0

  constructor(graph: SamplerGraph, edgeType: EdgeType, direction: 'in' | 'both', rowsPerStep: number) {
    this.#nodes = graph.nodeCount(edgeType[0])
    this.#rowsPerStep = rowsPerStep
    const ways = direction === 'in' ? (['bwd'] as const) : (['bwd', 'fwd'] as const)
    this.#cursors = ways.map((way) => graph.adjacency(edgeType, way, false))
    this.#degree = Int32Array.from({ length: this.#nodes }, (_, node) =>
      this.#cursors.reduce((sum, cursor) => sum + cursor.degree(node), 0),
    )
    this.#position = new Int32Array(this.#nodes)
    this.#seen = new Int32Array(this.#nodes)
  }

  /** @returns the chunk that begins at a node: as many nodes as keep within the rows of a step, at least one. */
  from(start: number): NeighbourChunk {
    let end = start
    let rows = 0
    do rows += 1 + this.#degree[end++]!
    while (end < this.#nodes && rows + 1 + this.#degree[end]! <= this.#rowsPerStep)
    this.#chunk++
    const ids: number[] = []
    for (let node = start; node < end; node++) this.#place(node, ids)
    const rowPtr = new Int32Array(end - start + 1)
    const source: number[] = []
    for (let node = start; node < end; node++) {
      for (const cursor of this.#cursors) {
        cursor.load(node)
        for (let k = cursor.lo; k < cursor.hi; k++) source.push(this.#place(cursor.neighbours[k]!, ids))
      }
      rowPtr[node - start + 1] = source.length
    }
    return {
      end,
      ids: Uint32Array.from(ids),
      segments: new Segments(rowPtr, Int32Array.from(source), ids.length),
      degree: Int32Array.from(ids, (id) => this.#degree[id]!),
    }
  }

  /** Gives the pages of the neighbour lists back. */
  close(): void {
    for (const cursor of this.#cursors) cursor.close()
  }

  #place(node: number, ids: number[]): number {
    if (this.#seen[node] === this.#chunk) return this.#position[node]!
    this.#seen[node] = this.#chunk
    this.#position[node] = ids.length
    ids.push(node)
    return ids.length - 1
  }
}
