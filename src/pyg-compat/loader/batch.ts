import { DatabaseError } from '../../errors/database-error.ts'
import { HeteroData } from '../data.ts'
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
export class Batch extends HeteroData {
  readonly epoch: number
  /** Position in the epoch, from 0. */
  readonly index: number
  /** Commit that the batch was read from; 0 for data in memory. */
  readonly commitNumber: number
  readonly statistics: BatchStatistics
  readonly #recycle: (buffer: BatchBuffer) => void
  #buffer: BatchBuffer | null

  /** Made by loaders. @param recycle gets the buffer when the batch is disposed. */
  constructor(data: BatchData, recycle: (buffer: BatchBuffer) => void) {
    super(
      data.nodes.map((layout) => new NodeBatch(layout, data.buffer)),
      data.edges.map((layout) => new EdgeBatch(layout, data.buffer)),
    )
    this.epoch = data.epoch
    this.index = data.index
    this.commitNumber = data.commitNumber
    this.statistics = data.statistics
    this.#recycle = recycle
    this.#buffer = data.buffer
  }

  get disposed(): boolean {
    return this.#buffer === null
  }

  /** @throws {DatabaseError} UNKNOWN_TABLE; CLOSED after {@link dispose}. */
  override node(nodeType: string): NodeBatch {
    this.#assertLive()
    return super.node(nodeType) as NodeBatch
  }

  /** @throws {DatabaseError} UNKNOWN_TABLE; CLOSED after {@link dispose}. */
  override edge(edgeType: EdgeType | string): EdgeBatch {
    this.#assertLive()
    return super.edge(edgeType) as EdgeBatch
  }

  /** Of the only node type. This and the rest down to {@link dispose} are for graphs of one node type and one edge type. */
  get x(): Tensor<'float32'> {
    return this.#onlyNode().x
  }

  get y(): Tensor {
    return this.#onlyNode().y
  }

  get nId(): Uint32Array {
    return this.#onlyNode().ids
  }

  get batch(): Uint32Array | null {
    return this.#onlyNode().batch
  }

  /** Number of seeds; null for batches of links. */
  get batchSize(): number | null {
    return this.#onlyNode().batchSize
  }

  get inputId(): Uint32Array | null {
    return this.#onlyNode().inputId ?? this.#onlyEdge().inputId
  }

  get seedTime(): Float64Array | null {
    return this.#onlyNode().seedTime ?? this.#onlyEdge().seedTime
  }

  get numSampledNodes(): readonly number[] | null {
    return this.#onlyNode().numSampledNodes
  }

  get edgeIndex(): Tensor<'int32'> {
    return this.#onlyEdge().edgeIndex
  }

  get eId(): Uint32Array | null {
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

  get edgeLabelTime(): Float64Array | null {
    return this.#onlyEdge().edgeLabelTime
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

  /** A column of the only node type. @throws {DatabaseError} UNKNOWN_PROPERTY. */
  column(name: string): Tensor {
    return this.#onlyNode().column(name)
  }

  /** Gives the memory to a later batch. Twice is allowed. */
  dispose(): void {
    const buffer = this.#buffer
    this.#buffer = null
    if (buffer !== null) this.#recycle(buffer)
  }

  #assertLive(): void {
    if (this.#buffer !== null) return
    throw new DatabaseError('CLOSED', 'The batch is disposed: its memory belongs to another batch.')
  }

  #onlyNode(): NodeBatch {
    const types = this.nodeTypes
    if (types.length !== 1) throw severalTypes('node', types, 'batch.node(type)')
    return this.node(types[0]!)
  }

  #onlyEdge(): EdgeBatch {
    const types = this.edgeTypes.map(edgeTypeKey)
    if (types.length !== 1) throw severalTypes('edge', types, 'batch.edge(type)')
    return this.edge(types[0]!)
  }
}

function severalTypes(kind: string, types: readonly string[], instead: string): DatabaseError {
  const text = `The batch has ${types.length} ${kind} types, so there is no single one to ask: use ${instead}.`
  return new DatabaseError('INVALID_ARGUMENT', text, { facts: { types: types.join(', ') } })
}
