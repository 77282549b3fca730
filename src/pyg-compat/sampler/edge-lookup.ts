import type { AdjacencyCursor } from '../../storage/read-view.ts'
import type { EdgeType } from '../edge-type.ts'
import type { SamplerGraph } from './sampler-graph.ts'

/** Tells whether an edge of one type is stored. Cost: reads the shorter of the two lists that it would be in. */
export class EdgeLookup {
  readonly #fromSource: AdjacencyCursor
  readonly #toTarget: AdjacencyCursor

  /** @throws {DatabaseError} BINDER: the edges are stored in one direction only. */
  constructor(graph: SamplerGraph, edgeType: EdgeType) {
    this.#fromSource = graph.adjacency(edgeType, 'fwd', false)
    this.#toTarget = graph.adjacency(edgeType, 'bwd', false)
  }

  has(source: number, target: number): boolean {
    const fromSource = this.#fromSource.degree(source) <= this.#toTarget.degree(target)
    const cursor = fromSource ? this.#fromSource : this.#toTarget
    const wanted = fromSource ? target : source
    cursor.load(fromSource ? source : target)
    const { neighbours, hi } = cursor
    for (let k = cursor.lo; k < hi; k++) if (neighbours[k] === wanted) return true
    return false
  }

  close(): void {
    this.#fromSource.close()
    this.#toTarget.close()
  }
}
