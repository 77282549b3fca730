import { DatabaseError } from '../../errors/database-error.ts'
import { type EdgeType, edgeTypeKey } from '../edge-type.ts'
import type { Tensor } from '../tensor.ts'
import type { BatchBuffer, BatchData, BatchStatistics } from './batch-data.ts'
import { EdgeBatch } from './edge-batch.ts'
import { NodeBatch } from './node-batch.ts'

/**
 * One mini-batch: the sampled subgraph and the features of its nodes, laid out as PyG lays it out.
 *
 * States: live -> disposed. A live batch owns its memory; {@link dispose} gives it to a later batch, which overwrites it. Every tensor of the
 * batch, and every array or device tensor that aliases one, is garbage from then on. A batch that is never disposed costs its memory until it
 * is collected, nothing else.
 */
export class Batch {
  readonly epoch: number
  /** Position in the epoch, from 0. */
  readonly index: number
  /** Commit that the batch was read from; 0 for data in memory. */
  readonly commitNumber: number
  readonly statistics: BatchStatistics
  readonly #nodes: readonly NodeBatch[]
  readonly #edges: readonly EdgeBatch[]
  readonly #recycle: (buffer: BatchBuffer) => void
  #buffer: BatchBuffer | null

  /** Made by loaders. @param recycle gets the buffer when the batch is disposed. */
  constructor(data: BatchData, recycle: (buffer: BatchBuffer) => void) {
    this.epoch = data.epoch
    this.index = data.index
    this.commitNumber = data.commitNumber
    this.statistics = data.statistics
    this.#nodes = data.nodes.map((layout) => new NodeBatch(layout, data.buffer))
    this.#edges = data.edges.map((layout) => new EdgeBatch(layout, data.buffer))
    this.#recycle = recycle
    this.#buffer = data.buffer
  }

  get nodeTypes(): string[] {
    return this.#nodes.map(({ nodeType }) => nodeType)
  }

  get edgeTypes(): EdgeType[] {
    return this.#edges.map(({ edgeType }) => edgeType)
  }

  get disposed(): boolean {
    return this.#buffer === null
  }

  /** @throws {DatabaseError} UNKNOWN_TABLE; CLOSED after {@link dispose}. */
  node(nodeType: string): NodeBatch {
    this.#assertLive()
    const found = this.#nodes.find((node) => node.nodeType === nodeType)
    if (found === undefined) {
      throw new DatabaseError('UNKNOWN_TABLE', `Table ${nodeType} is not part of the batch.`, {
        facts: { table: nodeType },
      })
    }
    return found
  }

  /** @throws {DatabaseError} UNKNOWN_TABLE; CLOSED after {@link dispose}. */
  edge(edgeType: EdgeType): EdgeBatch {
    this.#assertLive()
    const key = edgeTypeKey(edgeType)
    const found = this.#edges.find((edge) => edgeTypeKey(edge.edgeType) === key)
    if (found === undefined) {
      throw new DatabaseError('UNKNOWN_TABLE', `Edge type ${key} is not part of the batch.`, { facts: { table: key } })
    }
    return found
  }

  /** Features of the only node type. This and the rest down to {@link dispose} are for graphs of one node type and one edge type. */
  get x(): Tensor<'float32'> | null {
    return this.#onlyNode().x
  }

  get y(): Tensor | null {
    return this.#onlyNode().y
  }

  get nId(): Tensor<'uint32'> {
    return this.#onlyNode().nId
  }

  get batch(): Tensor<'int32'> | null {
    return this.#onlyNode().batch
  }

  get numNodes(): number {
    return this.#onlyNode().numNodes
  }

  get numSampledNodes(): readonly number[] | null {
    return this.#onlyNode().numSampledNodes
  }

  /** Number of seeds; null for batches of links. */
  get batchSize(): number | null {
    return this.#onlyNode().batchSize
  }

  get inputId(): Tensor | null {
    return this.#onlyNode().inputId ?? this.#onlyEdge().inputId
  }

  get seedTime(): Tensor<'float64'> | null {
    return this.#onlyNode().seedTime ?? this.#onlyEdge().seedTime
  }

  get srcIndex(): Tensor<'int32'> | null {
    return this.#onlyNode().srcIndex
  }

  get dstPosIndex(): Tensor<'int32'> | null {
    return this.#onlyNode().dstPosIndex
  }

  get dstNegIndex(): Tensor<'int32'> | null {
    return this.#onlyNode().dstNegIndex
  }

  get edgeIndex(): Tensor<'int32'> {
    return this.#onlyEdge().edgeIndex
  }

  get eId(): Tensor<'uint32'> | null {
    return this.#onlyEdge().eId
  }

  get numSampledEdges(): readonly number[] | null {
    return this.#onlyEdge().numSampledEdges
  }

  get edgeLabelIndex(): Tensor<'int32'> | null {
    return this.#onlyEdge().edgeLabelIndex
  }

  get edgeLabel(): Tensor | null {
    return this.#onlyEdge().edgeLabel
  }

  /** Gives the memory to a later batch. Twice is allowed. */
  dispose(): void {
    const buffer = this.#buffer
    this.#buffer = null
    if (buffer !== null) this.#recycle(buffer)
  }

  #assertLive(): void {
    if (this.#buffer === null) {
      throw new DatabaseError('CLOSED', 'The batch is disposed: its memory belongs to another batch.')
    }
  }

  #onlyNode(): NodeBatch {
    this.#assertLive()
    return only(this.#nodes, 'node', 'batch.node(type)')
  }

  #onlyEdge(): EdgeBatch {
    this.#assertLive()
    return only(this.#edges, 'edge', 'batch.edge(type)')
  }
}

function only<T>(stores: readonly T[], kind: string, instead: string): T {
  if (stores.length === 1) return stores[0]!
  const text = `The batch has ${stores.length} ${kind} types, so there is no single one to ask: use ${instead}.`
  throw new DatabaseError('INVALID_ARGUMENT', text)
}
