import { DatabaseError } from '../../errors/database-error.ts'
import type { AdjacencyCursor, Direction } from '../../storage/read-view.ts'
import { type EdgeType, edgeTypeKey } from '../edge-type.ts'
import { type AdjacencyArrays, sortedByNode, transposed } from './adjacency-arrays.ts'
import type { NumberColumn, SamplerGraph } from './sampler-graph.ts'

/** Nodes of one type: ids 0 to count - 1. Columns are indexed by node; NaN stands for NULL. Arrays are kept, not copied. */
export interface MemoryNodes {
  readonly nodeType: string
  readonly count: number
  readonly columns?: Readonly<Record<string, ArrayLike<number>>>
}

/** Edges of one type: the edge with id k goes from `sources[k]` to `targets[k]`. Columns are indexed by edge id. Arrays are kept, not copied. */
export interface MemoryEdges {
  readonly edgeType: EdgeType
  readonly sources: Uint32Array
  readonly targets: Uint32Array
  readonly columns?: Readonly<Record<string, ArrayLike<number>>>
}

/**
 * Edges of one type by target: the sources of target t are `neighbours[starts[t] .. starts[t + 1])`. The edge at position k has the id `ids[k]`, or k
 * when `ids` is null. Arrays are kept, not copied; they may lie in shared memory.
 */
export interface MemoryEdgesByTarget extends AdjacencyArrays {
  readonly edgeType: EdgeType
  readonly columns?: Readonly<Record<string, ArrayLike<number>>>
}

/** One edge type, with what was derived from it so far. */
interface StoredEdges {
  readonly edgeType: EdgeType
  readonly count: number
  readonly sourceCount: number
  readonly targetCount: number
  readonly columns: Readonly<Record<string, ArrayLike<number>>>
  readonly coo: MemoryEdges | null
  bwd: AdjacencyArrays | null
  fwd: AdjacencyArrays | null
}

/**
 * A graph in typed arrays: the in-memory baseline of training, and the graph of tests. In-edges of a node are listed in the order of their ids, as PyG
 * does. Nothing is ever deleted.
 *
 * Cost: edges given as pairs are sorted when a direction is first asked for: 10 to 30 ns an edge, 8 bytes an edge (4 when they are given by target and
 * their ids are their positions).
 */
export class MemoryGraph implements SamplerGraph {
  readonly nodeTypes: readonly string[]
  readonly edgeTypes: readonly EdgeType[]
  readonly #nodes = new Map<string, MemoryNodes>()
  readonly #edges = new Map<string, StoredEdges>()

  /** @throws {DatabaseError} INVALID_ARGUMENT: types that repeat or are not there, arrays of different lengths, end points out of range. */
  constructor(nodes: readonly MemoryNodes[], edges: readonly (MemoryEdges | MemoryEdgesByTarget)[]) {
    for (const type of nodes) {
      if (this.#nodes.has(type.nodeType)) throw invalid(`Node type ${type.nodeType} is given twice.`)
      this.#nodes.set(type.nodeType, type)
    }
    for (const type of edges) {
      const key = edgeTypeKey(type.edgeType)
      if (this.#edges.has(key)) throw invalid(`Edge type ${key} is given twice.`)
      this.#edges.set(key, this.#stored(type))
    }
    this.nodeTypes = nodes.map((type) => type.nodeType)
    this.edgeTypes = edges.map((type) => type.edgeType)
  }

  nodeCount(nodeType: string): number {
    return this.#nodesOf(nodeType).count
  }

  hasNode(nodeType: string, node: number): boolean {
    return node < this.#nodesOf(nodeType).count
  }

  edgeCount(edgeType: EdgeType): number {
    return this.#edgesOf(edgeType).count
  }

  adjacency(edgeType: EdgeType, direction: Direction): AdjacencyCursor {
    const edges = this.#edgesOf(edgeType)
    return new MemoryCursor(direction === 'bwd' ? byTarget(edges) : bySource(edges))
  }

  nodeNumbers(nodeType: string, column: string): NumberColumn {
    return new MemoryColumn(columnOf(this.#nodesOf(nodeType).columns, column, nodeType))
  }

  edgeNumbers(edgeType: EdgeType, column: string): NumberColumn {
    return new MemoryColumn(columnOf(this.#edgesOf(edgeType).columns, column, edgeTypeKey(edgeType)))
  }

  #nodesOf(nodeType: string): MemoryNodes {
    const nodes = this.#nodes.get(nodeType)
    if (nodes === undefined) throw invalid(`Unknown node type ${nodeType}. Known: ${this.nodeTypes.join(', ')}.`)
    return nodes
  }

  #edgesOf(edgeType: EdgeType): StoredEdges {
    const edges = this.#edges.get(edgeTypeKey(edgeType))
    if (edges !== undefined) return edges
    const known = this.edgeTypes.map(edgeTypeKey).join(', ')
    throw invalid(`Unknown edge type ${edgeTypeKey(edgeType)}. Known: ${known}.`)
  }

  #stored(edges: MemoryEdges | MemoryEdgesByTarget): StoredEdges {
    const [source, , target] = edges.edgeType
    const sourceCount = this.#endCount(source, edges.edgeType)
    const targetCount = this.#endCount(target, edges.edgeType)
    const key = edgeTypeKey(edges.edgeType)
    const common = { edgeType: edges.edgeType, sourceCount, targetCount, columns: edges.columns ?? {}, fwd: null }
    if ('sources' in edges) {
      if (edges.sources.length !== edges.targets.length)
        throw invalid(`Edges ${key}: sources and targets differ in length.`)
      requireBelow(edges.sources, sourceCount, key)
      requireBelow(edges.targets, targetCount, key)
      return { ...common, count: edges.sources.length, coo: edges, bwd: null }
    }
    const { starts, neighbours, ids } = edges
    if (starts.length !== targetCount + 1 || starts[targetCount] !== neighbours.length) {
      throw invalid(`Edges ${key}: starts must have one element per target node and one more, the number of edges.`)
    }
    if (ids !== null && ids.length !== neighbours.length) throw invalid(`Edges ${key}: one id per edge, or none.`)
    requireBelow(neighbours, sourceCount, key)
    return { ...common, count: neighbours.length, coo: null, bwd: edges }
  }

  #endCount(nodeType: string, edgeType: EdgeType): number {
    const nodes = this.#nodes.get(nodeType)
    if (nodes === undefined) throw invalid(`Edges ${edgeTypeKey(edgeType)}: there are no nodes of type ${nodeType}.`)
    return nodes.count
  }
}

/** Lists in arrays. */
class MemoryCursor implements AdjacencyCursor {
  neighbours: Uint32Array
  lo = 0
  hi = 0
  relIds: Uint32Array | null
  relShift = 0
  readonly #starts: Uint32Array

  constructor({ starts, neighbours, ids }: AdjacencyArrays) {
    this.#starts = starts
    this.neighbours = neighbours
    this.relIds = ids
  }

  load(node: number): void {
    this.lo = this.#starts[node]!
    this.hi = this.#starts[node + 1]!
  }

  degree(node: number): number {
    return this.#starts[node + 1]! - this.#starts[node]!
  }

  close(): void {
    this.lo = 0
    this.hi = 0
  }
}

class MemoryColumn implements NumberColumn {
  readonly #values: ArrayLike<number>

  constructor(values: ArrayLike<number>) {
    this.#values = values
  }

  isNull(row: number): boolean {
    return Number.isNaN(this.#values[row]!)
  }

  number(row: number): number {
    return this.#values[row]!
  }
}

function byTarget(edges: StoredEdges): AdjacencyArrays {
  edges.bwd ??= sortedByNode(edges.coo!.targets, edges.coo!.sources, edges.targetCount)
  return edges.bwd
}

function bySource(edges: StoredEdges): AdjacencyArrays {
  if (edges.fwd === null) {
    const { coo } = edges
    edges.fwd =
      coo === null
        ? transposed(edges.bwd!, edges.sourceCount)
        : sortedByNode(coo.sources, coo.targets, edges.sourceCount)
  }
  return edges.fwd
}

function columnOf(
  columns: Readonly<Record<string, ArrayLike<number>>> | undefined,
  column: string,
  type: string,
): ArrayLike<number> {
  const values = columns !== undefined && Object.hasOwn(columns, column) ? columns[column] : undefined
  if (values !== undefined) return values
  const known = Object.keys(columns ?? {}).join(', ')
  throw new DatabaseError('UNKNOWN_PROPERTY', `${type} has no column ${column}. Columns: ${known || 'none'}.`, {
    facts: { type, column },
  })
}

function requireBelow(nodes: Uint32Array, count: number, key: string): void {
  for (let i = 0; i < nodes.length; i++) {
    if (nodes[i]! >= count)
      throw invalid(`Edges ${key}: edge ${i} has end point ${nodes[i]}, there are ${count} nodes.`)
  }
}

function invalid(text: string): DatabaseError {
  return new DatabaseError('INVALID_ARGUMENT', text)
}
