import { DatabaseError } from '../../errors/database-error.ts'
import type { Tensor } from '../tensor.ts'
import type { BatchBuffer, NodeLayout } from './batch-data.ts'
import { FieldViews } from './field-views.ts'

/** The nodes of one type in a batch. Tensors live in the batch's memory: see {@link Batch.dispose}. n is {@link numNodes}. */
export class NodeBatch {
  readonly nodeType: string
  readonly numNodes: number
  /** Number of seeds, which are the first nodes; null for types that were not seeded, and for batches of links. */
  readonly batchSize: number | null
  /** New nodes per hop, element 0 = seeds; null for bidirectional and induced subgraphs and for HGT samples. */
  readonly numSampledNodes: readonly number[] | null
  /** [n] offsets in the node table: seeds in given order, then in order of discovery. */
  readonly nId: Tensor<'uint32'>
  /** [n, width] the feature columns, joined and cast; null when the type has none. */
  readonly x: Tensor<'float32'> | null
  /** [batchSize, …] labels of the seeds, or [n, …] when labels of all nodes were asked for. Integers come as int32, floats as float32. */
  readonly y: Tensor | null
  /** [n] index of the seed whose tree holds the node; null unless disjoint. */
  readonly batch: Tensor<'int32'> | null
  /** [batchSize] position of each seed in the seed list, or the user's own ids. */
  readonly inputId: Tensor | null
  /** [batchSize] times of the seeds; null unless given. */
  readonly seedTime: Tensor<'float64'> | null
  /** [P] local ids of the links' sources (triplets). */
  readonly srcIndex: Tensor<'int32'> | null
  /** [P] local ids of the links' targets (triplets). */
  readonly dstPosIndex: Tensor<'int32'> | null
  /** [P] or [P, amount] local ids of the negative targets (triplets). */
  readonly dstNegIndex: Tensor<'int32'> | null
  /** Columns beyond x and y, by name: [n, …] each. */
  readonly columns: Readonly<Record<string, Tensor>>

  constructor(layout: NodeLayout, buffer: BatchBuffer) {
    const fields = new FieldViews(layout.fields, buffer)
    this.nodeType = layout.nodeType
    this.numNodes = layout.numNodes
    this.batchSize = layout.batchSize
    this.numSampledNodes = layout.numSampledNodes
    this.nId = fields.get('nId', 'uint32')!
    this.x = fields.get('x', 'float32')
    this.y = fields.any('y')
    this.batch = fields.get('batch', 'int32')
    this.inputId = fields.any('inputId')
    this.seedTime = fields.get('seedTime', 'float64')
    this.srcIndex = fields.get('srcIndex', 'int32')
    this.dstPosIndex = fields.get('dstPosIndex', 'int32')
    this.dstNegIndex = fields.get('dstNegIndex', 'int32')
    this.columns = fields.columns()
  }

  /** @returns a column beyond x and y. @throws {DatabaseError} UNKNOWN_PROPERTY when the loader was not asked for it. */
  column(name: string): Tensor {
    const column = this.columns[name]
    if (column !== undefined) return column
    const text = `Column ${name} of table ${this.nodeType} is not in the batch. Name it in the option columns.`
    throw new DatabaseError('UNKNOWN_PROPERTY', text, { facts: { table: this.nodeType, column: name } })
  }
}
