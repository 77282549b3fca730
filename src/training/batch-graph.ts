import { DatabaseError } from '../errors/database-error.ts'
import { Segments } from './kernels/segments.ts'
import type { TrainingBatch } from './training-batch.ts'

/** The edges of one layer: from the rows that it reads to the rows that it makes; the latter are the first of the former. */
export interface LayerGraph {
  readonly segments: Segments
  /** [sources] in-edges of each node in the whole batch, as sampled. */
  readonly degree: Int32Array
}

/**
 * The graph of a batch, trimmed layer by layer: layer l of L makes only rows that the seeds still need L - l - 1 hops on, from rows
 * of L - l hops and the edges between. Batches without counts per hop give every layer the whole graph.
 */
export class BatchGraph {
  readonly #layers: LayerGraph[]

  private constructor(layers: LayerGraph[]) {
    this.#layers = layers
  }

  /**
   * @param layers number of layers of the model.
   * @throws {DatabaseError} INVALID_ARGUMENT when edges leave the batch's nodes or counts per hop do not add up.
   */
  static of(batch: TrainingBatch, layers: number): BatchGraph {
    const nodes = batch.x.shape[0]!
    const { rowPtr, source } = groupByTarget(batch.edgeIndex.data, nodes)
    const degree = Int32Array.from({ length: nodes }, (_, i) => rowPtr[i + 1]! - rowPtr[i]!)
    const hops = hopEnds(batch, nodes, source.length)
    if (hops === null) {
      const whole = { segments: new Segments(rowPtr, source, nodes), degree }
      return new BatchGraph(Array.from({ length: layers }, () => whole))
    }
    const last = hops.edges.length - 1
    return new BatchGraph(
      Array.from({ length: layers }, (_, l) => {
        const reach = Math.min(last, layers - l)
        const targets = hops.nodes[Math.min(last, layers - l - 1)]!
        const sources = hops.nodes[reach]!
        const edges = hops.edges[reach]!
        if (rowPtr[targets]! !== edges) {
          const text = 'The edges of a batch do not end where the counts per hop say: they must come hop by hop.'
          throw new DatabaseError('INVALID_ARGUMENT', text)
        }
        const pointers = rowPtr.subarray(0, targets + 1)
        return {
          segments: new Segments(pointers, source.subarray(0, edges), sources),
          degree: degree.subarray(0, sources),
        }
      }),
    )
  }

  /** Edges of layer l, from 0 at the features. */
  layer(l: number): LayerGraph {
    return this.#layers[l]!
  }

  /** Gives what the layers hold on the device back. */
  dispose(): void {
    for (const { segments } of this.#layers) segments.dispose()
  }
}

/** Positions where the nodes and edges of each hop end; element 0 is the seeds, with no edges. Null when the batch does not say. */
function hopEnds(batch: TrainingBatch, nodes: number, edges: number): { nodes: number[]; edges: number[] } | null {
  const { numSampledNodes, numSampledEdges } = batch
  if (numSampledNodes === null || numSampledEdges === null) return null
  const add = (counts: readonly number[]) => counts.map((_, i) => counts.slice(0, i + 1).reduce((a, b) => a + b, 0))
  const ends = { nodes: add(numSampledNodes), edges: [0, ...add(numSampledEdges)] }
  if (ends.nodes.length !== ends.edges.length || ends.nodes.at(-1) !== nodes || ends.edges.at(-1) !== edges) {
    const text = `Counts per hop speak of ${ends.nodes.at(-1)} nodes and ${ends.edges.at(-1)} edges; the batch has ${nodes} and ${edges}.`
    throw new DatabaseError('INVALID_ARGUMENT', text)
  }
  return ends
}

/** Sources in order of target. Sampled edges come so; others are sorted by counting, and keep their order inside a target. */
function groupByTarget(edgeIndex: Int32Array, nodes: number): { rowPtr: Int32Array; source: Int32Array } {
  const edges = edgeIndex.length / 2
  const rowPtr = new Int32Array(nodes + 1)
  let sorted = true
  let previous = 0
  for (let e = 0; e < edges; e++) {
    const target = edgeIndex[edges + e]!
    if (target < 0 || target >= nodes) {
      throw new DatabaseError('INVALID_ARGUMENT', `Edge ${e} leads to node ${target}; the batch has ${nodes} nodes.`)
    }
    rowPtr[target + 1]!++
    if (target < previous) sorted = false
    previous = target
  }
  for (let i = 0; i < nodes; i++) rowPtr[i + 1]! += rowPtr[i]!
  // A copy: a batch's memory may go to the next batch before the device has read this.
  if (sorted) return { rowPtr, source: edgeIndex.slice(0, edges) }
  const next = rowPtr.slice()
  const source = new Int32Array(edges)
  for (let e = 0; e < edges; e++) source[next[edgeIndex[edges + e]!]!++] = edgeIndex[e]!
  return { rowPtr, source }
}
